package io.flinkgpu.inference.operator;

import java.util.IdentityHashMap;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Rows that checkpoints write in the background while the operator goes on with them.
 *
 * <p>Copying all rows in flight for each checkpoint would hold the task's thread up. So a
 * checkpoint gets the row itself, as a loan, and only who wants to give a row to user code, which
 * may change it, before it has been written needs a copy. This is the copy-on-write of Flink's
 * {@code CopyOnWriteStateMap}, which also copies and serialises one object in two threads. A loan
 * to a checkpoint that is given up stays open until the row is used. Safe for use by many threads.
 */
final class RowLoans {

    private final IdentityHashMap<StreamElement, Loan<?>> open = new IdentityHashMap<>();

    /** A row that is lent, perhaps to several checkpoints. */
    static final class Loan<IN> {
        private final StreamRecord<IN> record;
        private int readers;

        /** A loan of a record that nobody changes: it shares the value alone with its owner's. */
        private Loan(StreamRecord<IN> record) {
            this.record = record.copy(record.getValue());
        }

        StreamRecord<IN> record() {
            return record;
        }
    }

    /** Prepares a loan of a record's value. */
    <IN> Loan<IN> of(StreamRecord<IN> record) {
        return new Loan<>(record);
    }

    /** Lends to one more checkpoint. */
    synchronized void lend(Loan<?> loan) {
        loan.readers++;
        open.put(loan.record, loan);
    }

    /** A checkpoint has written an element, which may be a row that was lent to it. */
    synchronized void written(StreamElement element) {
        Loan<?> loan = open.get(element);
        if (loan != null && --loan.readers == 0) {
            open.remove(element);
        }
    }

    /** Ends a loan; false if a checkpoint still has to write the row, which is left to it then. */
    synchronized boolean end(Loan<?> loan) {
        return open.remove(loan.record) == null;
    }

    /** How many rows are lent. */
    synchronized int size() {
        return open.size();
    }
}
