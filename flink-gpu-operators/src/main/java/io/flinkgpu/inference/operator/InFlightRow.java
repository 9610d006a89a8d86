package io.flinkgpu.inference.operator;

import javax.annotation.Nullable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** A row between its arrival and the emission of its result. Mailbox thread only. */
final class InFlightRow<IN, OUT> {

    private final StreamRecord<IN> record;
    @Nullable private OUT result;
    @Nullable private Throwable failure;
    private boolean completed;

    InFlightRow(StreamRecord<IN> record) {
        this.record = record;
    }

    StreamRecord<IN> record() {
        return record;
    }

    IN value() {
        return record.getValue();
    }

    void complete(OUT value) {
        result = value;
        completed = true;
    }

    void fail(Throwable cause) {
        failure = cause;
        completed = true;
    }

    boolean isCompleted() {
        return completed;
    }

    boolean hasFailed() {
        return failure != null;
    }

    OUT result() {
        return result;
    }

    Throwable failure() {
        return failure;
    }
}
