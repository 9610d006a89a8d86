package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.fault.ErrorClass;
import javax.annotation.Nullable;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** A row between its arrival and the emission of its result. Mailbox thread only. */
final class InFlightRow<IN, OUT> {

    private StreamRecord<IN> record;
    @Nullable private LentTo<IN> lent;
    private final long number;
    private final long arrivedAtMillis;
    private int attempts;
    @Nullable private OUT result;
    @Nullable private Failure failure;
    private boolean completed;

    private record LentTo<IN>(RowLoans loans, RowLoans.Loan<IN> loan, TypeSerializer<IN> copier) {}

    /**
     * Why a row was given up.
     *
     * @param place the device or replica that failed; empty if none did
     */
    record Failure(ErrorClass errorClass, Throwable cause, String place, long atMillis) {}

    /**
     * A row that has arrived.
     *
     * @param number grows with each row of the operator
     */
    InFlightRow(StreamRecord<IN> record, long number, long arrivedAtMillis) {
        this.record = record;
        this.number = number;
        this.arrivedAtMillis = arrivedAtMillis;
    }

    /**
     * The record that leaves with the row's result; its value is for the operator alone.
     *
     * @see #value()
     */
    StreamRecord<IN> record() {
        return record;
    }

    /** The row for user code, which may change it: a copy if a checkpoint has yet to write it. */
    IN value() {
        if (lent != null) {
            if (!lent.loans.end(lent.loan)) {
                record = record.copy(lent.copier.copy(record.getValue()));
            }
            lent = null;
        }
        return record.getValue();
    }

    /**
     * The row as it is, for a checkpoint that writes it in a thread of its own; not for a completed
     * row, whose result may share what is in it.
     *
     * @param copier copies the row where it is used before that
     */
    StreamRecord<IN> lend(RowLoans loans, TypeSerializer<IN> copier) {
        if (lent == null) {
            lent = new LentTo<>(loans, loans.of(record), copier);
        }
        loans.lend(lent.loan);
        return lent.loan.record();
    }

    /** Which of the operator's rows it is, in the order in which they came. */
    long number() {
        return number;
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
