package io.flinkgpu.inference.operator;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.streaming.runtime.streamrecord.StreamElementSerializer;

/**
 * The checkpointed form of an in-flight queue: a list that a rescale deals out anew.
 *
 * <p>After a rescale a subtask may get rows of several former subtasks, and a watermark of one may
 * be ahead of the rows of another: emitting it would make those late. So a list knows the
 * parallelism that wrote it, and watermarks (and their statuses) of another parallelism are
 * dropped; the next ones from upstream take their place.
 *
 * <p>Flink copies what it finds in the list in the task's thread and writes the copy in another
 * one. Rows that are not completed are lent instead ({@link RowLoans}). Mailbox thread only.
 */
final class InFlightState<IN> {

    static final String ELEMENTS = "in-flight";
    static final String WRITTEN_AT_PARALLELISM = "in-flight-parallelism";

    private final StreamElementSerializer<IN> serializer;
    private final TypeSerializer<IN> copier;
    private final RowLoans loans = new RowLoans();
    private final ListState<StreamElement> elements;
    private final ListState<Integer> writtenAtParallelism;
    private final int parallelism;

    InFlightState(OperatorStateStore store, StreamElementSerializer<IN> serializer, int parallelism)
            throws Exception {
        this.serializer = serializer;
        this.copier = serializer.getContainedTypeSerializer();
        this.elements =
                store.getListState(
                        new ListStateDescriptor<>(
                                ELEMENTS, new InFlightSerializer<>(serializer.duplicate(), loans)));
        this.writtenAtParallelism =
                store.getListState(
                        new ListStateDescriptor<>(WRITTEN_AT_PARALLELISM, IntSerializer.INSTANCE));
        this.parallelism = parallelism;
    }

    /** What the restored checkpoint held for this subtask, in the order to process it again. */
    List<StreamElement> restored() throws Exception {
        boolean watermarksHold = wasWrittenByThisSubtask();
        List<StreamElement> restored = new ArrayList<>();
        for (StreamElement element : elements.get()) {
            if (watermarksHold || element.isRecord()) {
                restored.add(element);
            }
        }
        forget();
        return restored;
    }

    /** Lends the rows of a queue to the checkpoint at hand; to be followed by {@link #forget()}. */
    void snapshot(InFlightQueue<IN, ?> inFlight) throws Exception {
        elements.update(inFlight.elements(this::toState));
        writtenAtParallelism.update(List.of(parallelism));
    }

    /** Lets go of rows, which would be kept until the next checkpoint although they have left. */
    void forget() {
        elements.clear();
    }

    /** How many rows checkpoints have yet to write. */
    int rowsLent() {
        return loans.size();
    }

    private StreamElement toState(InFlightRow<IN, ?> row) {
        return row.isCompleted() ? serializer.copy(row.record()) : row.lend(loans, copier);
    }

    private boolean wasWrittenByThisSubtask() throws Exception {
        List<Integer> writers = new ArrayList<>();
        writtenAtParallelism.get().forEach(writers::add);
        return writers.equals(List.of(parallelism));
    }
}
