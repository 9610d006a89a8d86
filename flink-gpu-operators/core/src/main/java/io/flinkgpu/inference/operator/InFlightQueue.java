package io.flinkgpu.inference.operator;

import java.util.List;
import java.util.function.Function;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * The rows, watermarks and watermark statuses that an operator holds, and the order in which they
 * leave.
 *
 * <p>The queue is the operator's state: what {@link #elements} lists at a checkpoint comes back
 * after a restore. It has no bound of its own; the operator stops taking rows when {@link #rows()}
 * reaches its capacity. Mailbox thread only.
 */
interface InFlightQueue<IN, OUT> extends RowsInFlight {

    /** Takes what leaves the queue. */
    interface Emitter<IN, OUT> {

        void emit(InFlightRow<IN, OUT> row);

        void emit(Watermark watermark);

        void emit(WatermarkStatus status);
    }

    void add(InFlightRow<IN, OUT> row);

    /** Adds a watermark; it replaces one that has no row behind it, which it supersedes. */
    void add(Watermark watermark);

    /** Adds a watermark status, which no row and no watermark crosses. */
    void add(WatermarkStatus status);

    /** Tells the queue that a row it holds has been completed. */
    void completed(InFlightRow<IN, OUT> row);

    /** Whether {@link #emitNext} has something to emit. */
    @Override
    boolean hasCompleted();

    /** Emits one row, watermark or status and forgets it; only if {@link #hasCompleted()}. */
    void emitNext(Emitter<IN, OUT> emitter);

    boolean isEmpty();

    /**
     * All elements, in an order in which they may be processed again.
     *
     * @param toState makes the element of a row
     */
    List<StreamElement> elements(
            Function<? super InFlightRow<IN, OUT>, ? extends StreamElement> toState);
}
