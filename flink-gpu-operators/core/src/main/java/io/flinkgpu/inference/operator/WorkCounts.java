package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.ledger.ProgressReport;
import io.flinkgpu.inference.model.InferenceResult;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.array.LongPrimitiveArraySerializer;

/**
 * How many rows a subtask has taken and given, and how long devices computed for them.
 *
 * <p>Operator state: a restored subtask goes on from the counts of the checkpoint, and a rescale
 * deals them out so that their sum over all subtasks stays. Of what is done again after a failure
 * only the last time counts. Mailbox thread only.
 */
final class WorkCounts {

    private static final String NAME = "work-counts";

    // The places of a state's element; later versions may add some at its end.
    private static final int ROWS_IN = 0;
    private static final int ROWS_OUT = 1;
    private static final int DEAD_LETTERS = 2;
    private static final int DEVICE_NANOS = 3;
    private static final int PLACES = 4;

    @Nullable private final ListState<long[]> state;
    private final long[] counts = new long[PLACES];
    private String modelVersion = "";

    private WorkCounts(@Nullable ListState<long[]> state) {
        this.state = state;
    }

    /** Counts that no checkpoint holds: those of a caller without state. */
    static WorkCounts unkept() {
        return new WorkCounts(null);
    }

    /** The counts of the restored checkpoint, or none. */
    static WorkCounts restore(OperatorStateStore store) throws Exception {
        WorkCounts work =
                new WorkCounts(
                        store.getListState(
                                new ListStateDescriptor<>(
                                        NAME, LongPrimitiveArraySerializer.INSTANCE)));
        for (long[] ofFormerSubtask : work.state.get()) {
            for (int place = 0; place < Math.min(PLACES, ofFormerSubtask.length); place++) {
                work.counts[place] += ofFormerSubtask[place];
            }
        }
        return work;
    }

    void rowTaken() {
        counts[ROWS_IN]++;
    }

    void rowEmitted() {
        counts[ROWS_OUT]++;
    }

    void deadLetterEmitted() {
        counts[DEAD_LETTERS]++;
    }

    /**
     * Counts the share of a batch in the run that it took part in.
     *
     * @param rows of the batch
     */
    void batchAnswered(InferenceResult result, int rows) {
        counts[DEVICE_NANOS] += result.runNanos() * rows / Math.max(rows, result.deviceBatchRows());
        modelVersion = result.modelVersion();
    }

    void snapshot() throws Exception {
        state.update(List.of(counts.clone()));
    }

    /** What the checkpoint at hand holds. */
    ProgressReport report(long checkpoint, int inFlight) {
        return new ProgressReport(
                checkpoint,
                counts[ROWS_IN],
                counts[ROWS_OUT],
                counts[DEAD_LETTERS],
                inFlight,
                counts[DEVICE_NANOS],
                modelVersion);
    }
}
