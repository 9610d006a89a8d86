package io.flinkgpu.inference.operator;

import java.util.List;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;

/**
 * The rows and watermarks that an operator holds, and the order in which they leave.
 *
 * <p>The queue is the operator's state: what {@link #elements()} lists at a checkpoint comes back
 * after a restore. It has no bound of its own; the operator stops taking rows when {@link #rows()}
 * reaches its capacity. Mailbox thread only.
 */
interface InFlightQueue<IN, OUT> {

    /** Takes what leaves the queue. */
    interface Emitter<IN, OUT> {

        void emit(InFlightRow<IN, OUT> row);

        void emit(Watermark watermark);
    }

    void add(InFlightRow<IN, OUT> row);

    /** Adds a watermark; it replaces one that has no row behind it, which it supersedes. */
    void add(Watermark watermark);

    /** Tells the queue that a row it holds has been completed. */
    void completed(InFlightRow<IN, OUT> row);

    /** Whether {@link #emitNext} has something to emit. */
    boolean hasCompleted();

    /** Emits one row or watermark and forgets it; only if {@link #hasCompleted()}. */
    void emitNext(Emitter<IN, OUT> emitter);

    /** How many rows are in flight; watermarks do not count. */
    int rows();

    boolean isEmpty();

    /** All rows and watermarks, in an order in which they may be processed again. */
    List<StreamElement> elements();
}
