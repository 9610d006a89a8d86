package io.flinkgpu.connectors.budget;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Passes records on, and tells in the side output {@link BudgetCount#TAG} how many.
 *
 * <p>Keeps no state: what it has counted leaves it in front of each barrier, so that a checkpoint
 * holds it behind it. Extends {@link AbstractStreamOperator} of Flink 2.3 because a function can
 * emit nothing there.
 */
final class CountingOperator<T> extends AbstractStreamOperator<T>
        implements OneInputStreamOperator<T, T>, BoundedOneInput {

    private static final long serialVersionUID = 1L;
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int LONGEST_CAUSE = 300;

    private final Passage<T> passage;

    private transient Map<String, Long> letters;
    private transient String latest;
    private transient long rows;
    private transient long toldNanos;

    CountingOperator(Passage<T> passage) {
        this.passage = passage;
    }

    @Override
    public void open() throws Exception {
        super.open();
        toldNanos = System.nanoTime();
        reset();
    }

    @Override
    public void processElement(StreamRecord<T> record) {
        if (passage.isRow()) {
            rows++;
        }
        if (passage.isLetter()) {
            count(record.getValue());
        }
        output.collect(record);
        if (System.nanoTime() - toldNanos >= INTERVAL_NANOS) {
            tell();
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpoint) {
        tell();
    }

    @Override
    public void endInput() {
        tell();
    }

    private void count(T letter) {
        letters.merge(passage.errorClass().apply(letter), 1L, Long::sum);
        String cause = passage.cause().apply(letter);
        latest =
                cause == null || cause.length() <= LONGEST_CAUSE
                        ? String.valueOf(cause)
                        : cause.substring(0, LONGEST_CAUSE) + "...";
    }

    private void tell() {
        if (rows > 0 || !letters.isEmpty()) {
            output.collect(
                    BudgetCount.TAG, new StreamRecord<>(new BudgetCount(rows, letters, latest)));
            reset();
        }
        toldNanos = System.nanoTime();
    }

    private void reset() {
        rows = 0;
        letters = new HashMap<>();
        latest = "";
    }
}
