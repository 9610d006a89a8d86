package io.flinkgpu.inference.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RunnableFuture;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.IntValueSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.StateObjectCollection;
import org.apache.flink.runtime.state.DefaultOperatorStateBackendBuilder;
import org.apache.flink.runtime.state.OperatorStateBackend;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.streaming.runtime.streamrecord.StreamElementSerializer;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.types.IntValue;

/** Rows that can be changed, in an in-flight queue and in Flink's own operator state. */
final class CheckpointedRows {

    private static final int MAX_STATE_BYTES = 1 << 20;

    private final InFlightQueue<IntValue, IntValue> queue = new OrderedInFlightQueue<>();
    private final OperatorStateBackend backend;
    private final InFlightState<IntValue> state;
    private long checkpoints;

    /** A checkpoint of which the synchronous part is over. */
    record Started(RunnableFuture<SnapshotResult<OperatorStateHandle>> inBackground) {

        /** Writes it, and gives what it holds. */
        List<Integer> write() throws Exception {
            inBackground.run();
            return new CheckpointedRows(List.of(inBackground.get().getJobManagerOwnedSnapshot()))
                    .restored();
        }
    }

    CheckpointedRows() throws Exception {
        this(List.of());
    }

    private CheckpointedRows(List<OperatorStateHandle> restored) throws Exception {
        backend = backend(restored);
        state = new InFlightState<>(backend, serializer(), 1);
    }

    private static OperatorStateBackend backend(List<OperatorStateHandle> restored)
            throws Exception {
        return new DefaultOperatorStateBackendBuilder(
                        CheckpointedRows.class.getClassLoader(),
                        new ExecutionConfig(),
                        true,
                        new StateObjectCollection<>(restored),
                        new CloseableRegistry())
                .build();
    }

    private static StreamElementSerializer<IntValue> serializer() {
        return new StreamElementSerializer<>(IntValueSerializer.INSTANCE);
    }

    /** What Flink's own serializer makes of rows, under the name of the operator's state. */
    static Started startCheckpointOfFlink(int... values) throws Exception {
        OperatorStateBackend backend = backend(List.of());
        ListState<StreamElement> list =
                backend.getListState(new ListStateDescriptor<>("in-flight", serializer()));
        for (int value : values) {
            list.add(new StreamRecord<>(new IntValue(value)));
        }
        return start(backend, 1);
    }

    InFlightRow<IntValue, IntValue> add(int value) {
        InFlightRow<IntValue, IntValue> row =
                new InFlightRow<>(new StreamRecord<>(new IntValue(value)), 0, 0);
        queue.add(row);
        return row;
    }

    Started startCheckpoint() throws Exception {
        state.snapshot(queue);
        Started started = start(backend, ++checkpoints);
        state.forget();
        return started;
    }

    private static Started start(OperatorStateBackend backend, long id) throws Exception {
        return new Started(
                backend.snapshot(
                        id,
                        id,
                        new MemCheckpointStreamFactory(MAX_STATE_BYTES),
                        CheckpointOptions.forCheckpointWithDefaultLocation()));
    }

    int rowsLent() {
        return state.rowsLent();
    }

    private List<Integer> restored() throws Exception {
        List<Integer> values = new ArrayList<>();
        for (StreamElement element : state.restored()) {
            values.add(element.<IntValue>asRecord().getValue().getValue());
        }
        return values;
    }
}
