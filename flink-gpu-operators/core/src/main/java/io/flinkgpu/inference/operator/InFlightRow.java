package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.fault.ErrorClass;
import javax.annotation.Nullable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** A row between its arrival and the emission of its result. Mailbox thread only. */
final class InFlightRow<IN, OUT> {

    private final StreamRecord<IN> record;
    private final long arrivedAtMillis;
    private int attempts;
    @Nullable private OUT result;
    @Nullable private Failure failure;
    private boolean completed;

    /**
     * Why a row was given up.
     *
     * @param place the device or replica that failed; empty if none did
     */
    record Failure(ErrorClass errorClass, Throwable cause, String place, long atMillis) {}

    InFlightRow(StreamRecord<IN> record, long arrivedAtMillis) {
        this.record = record;
        this.arrivedAtMillis = arrivedAtMillis;
    }

    StreamRecord<IN> record() {
        return record;
    }

    IN value() {
        return record.getValue();
    }

    long arrivedAtMillis() {
        return arrivedAtMillis;
    }

    /** How often it was sent to a model. */
    int attempts() {
        return attempts;
    }

    void attempted(int times) {
        attempts += times;
    }

    void complete(OUT value) {
        result = value;
        completed = true;
    }

    void fail(Failure cause) {
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

    Failure failure() {
        return failure;
    }
}
