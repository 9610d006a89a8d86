package io.flinkgpu.inference.operator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.runtime.state.DefaultOperatorStateBackend;
import org.apache.flink.runtime.state.DefaultOperatorStateBackendBuilder;
import org.apache.flink.runtime.state.OperatorBackendSerializationProxy;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.RegisteredOperatorStateBackendMetaInfo;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Reads the rows in flight of a checkpoint without a job.
 *
 * <p>The type of the rows need not be known: a checkpoint says which serializer wrote it, and the
 * state is restored with that, as a task would. Flink's State Processor API restores it likewise,
 * but has to be told the type, runs a job, and does not say which subtask held a row. Touches
 * {@link OperatorBackendSerializationProxy} and {@link DefaultOperatorStateBackendBuilder} of Flink
 * 2.3.
 */
@Internal
public final class InFlightStateReader {

    private InFlightStateReader() {}

    /** Whether a subtask's state is that of an inference operator. */
    public static boolean holdsRows(OperatorStateHandle subtask) {
        return subtask.getStateNameToPartitionOffsets()
                .keySet()
                .containsAll(Set.of(InFlightState.ELEMENTS, InFlightState.WRITTEN_AT_PARALLELISM));
    }

    /**
     * The rows of a subtask, in the order in which a restored one would process them.
     *
     * @param subtask one that {@link #holdsRows}
     * @param rowClasses loads the classes of rows and their serializers
     * @throws IOException if a file of the checkpoint cannot be read, or a class cannot be loaded
     */
    public static List<StreamRecord<?>> rows(OperatorStateHandle subtask, ClassLoader rowClasses)
            throws IOException {
        try (CloseableRegistry streams = new CloseableRegistry();
                DefaultOperatorStateBackend state =
                        new DefaultOperatorStateBackendBuilder(
                                        rowClasses,
                                        new ExecutionConfig(),
                                        false,
                                        List.of(subtask),
                                        streams)
                                .build()) {
            List<StreamRecord<?>> rows = new ArrayList<>();
            for (StreamElement element :
                    state.getListState(
                                    new ListStateDescriptor<>(
                                            InFlightState.ELEMENTS,
                                            serializer(subtask, rowClasses)))
                            .get()) {
                if (element.isRecord()) {
                    rows.add(element.asRecord());
                }
            }
            return rows;
        } catch (IOException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    /** The one that wrote the rows. */
    private static TypeSerializer<StreamElement> serializer(
            OperatorStateHandle subtask, ClassLoader rowClasses) throws IOException {
        OperatorBackendSerializationProxy states =
                new OperatorBackendSerializationProxy(rowClasses);
        try (FSDataInputStream stream = subtask.openInputStream()) {
            states.read(new DataInputViewStreamWrapper(stream));
        }
        return states.getOperatorStateMetaInfoSnapshots().stream()
                .filter(state -> state.getName().equals(InFlightState.ELEMENTS))
                .map(RegisteredOperatorStateBackendMetaInfo<StreamElement>::new)
                .map(RegisteredOperatorStateBackendMetaInfo::getPartitionStateSerializer)
                .findFirst()
                .orElseThrow();
    }
}
