package io.flinkgpu.inference;

import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/**
 * Remembers in checkpointed state which rows came, and fails on one that came twice.
 *
 * <p>Runs at parallelism 1, in the JVM of the test, which reads {@link #seen()} after the job.
 */
final class SeenOnce extends RichMapFunction<Long, Long> implements CheckpointedFunction {

    private static final AtomicReference<BitSet> SEEN = new AtomicReference<>(new BitSet());
    private static final List<Integer> RESTORED_ROWS = new CopyOnWriteArrayList<>();

    private final Duration pause;
    private transient ListState<Long> state;
    private transient BitSet rows;

    /** Takes no time. */
    SeenOnce() {
        this(Duration.ZERO);
    }

    /** Takes so long for each row that others wait in front of it. */
    SeenOnce(Duration pause) {
        this.pause = pause;
    }

    static void reset() {
        SEEN.set(new BitSet());
        RESTORED_ROWS.clear();
    }

    /** How many rows each attempt of the job found in its state, first attempt first. */
    static List<Integer> restoredRows() {
        return RESTORED_ROWS;
    }

    /** The rows that the job's last attempt accounted for. */
    static BitSet seen() {
        return SEEN.get();
    }

    @Override
    public Long map(Long row) throws InterruptedException {
        if (!pause.isZero()) {
            Thread.sleep(pause.toMillis());
        }
        if (rows.get(row.intValue())) {
            throw new IllegalStateException("Row " + row + " came twice.");
        }
        rows.set(row.intValue());
        return row;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        state.clear();
        for (long word : rows.toLongArray()) {
            state.add(word);
        }
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        state =
                context.getOperatorStateStore()
                        .getListState(new ListStateDescriptor<>("rows", Types.LONG));
        long[] words = new long[1 << 12];
        int count = 0;
        for (long word : state.get()) {
            words[count++] = word;
        }
        rows = BitSet.valueOf(words);
        SEEN.set(rows);
        RESTORED_ROWS.add(rows.cardinality());
    }
}
