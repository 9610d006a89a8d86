package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RunnableFuture;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
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
import org.apache.flink.testutils.ClassLoaderUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows in flight whose class has changed between a savepoint and its restore. */
class EvolvedRowsTest {

    private static final int MAX_STATE_BYTES = 1 << 20;
    private static final String CLASS = "EvolvingRow";

    @TempDir private Path directory;

    @Test
    void readsRowsThatHadAFieldLessAndOneMore() throws Exception {
        Release before =
                release("public long id; public String gone;", "id = i; gone = \"gone\" + i;");
        Release after = release("public long id; public Integer added;", "id = i;");
        OperatorStateHandle savepoint = before.write(List.of(), before.rows(3));

        List<StreamElement> restored = after.restore(savepoint);

        assertThat(restored)
                .extracting(row -> after.fields(row.asRecord().getValue()))
                .containsExactly("0 null", "1 null", "2 null");
    }

    @Test
    void goesOnWithCheckpointsOfRowsThatWereEvolved() throws Exception {
        Release before = release("public long id;", "id = i;");
        Release after = release("public long id; public Integer added;", "id = i; added = i;");
        OperatorStateHandle savepoint = before.write(List.of(), before.rows(2));

        OperatorStateHandle next = after.write(List.of(savepoint), after.rows(4));

        assertThat(after.restore(next))
                .extracting(row -> after.fields(row.asRecord().getValue()))
                .containsExactly("0 0", "1 1", "2 2", "3 3");
    }

    private Release release(String fields, String constructor) throws Exception {
        Path sources = Files.createTempDirectory(directory, "release");
        String code =
                "public class %s { %s public %s() {} public %s(int i) { %s } }"
                        .formatted(CLASS, fields, CLASS, CLASS, constructor);
        ClassLoader classes =
                ClassLoaderUtils.compileAndLoadJava(sources.toFile(), CLASS + ".java", code);
        return new Release(classes.loadClass(CLASS));
    }

    /** A job's code with one form of the rows' class. */
    private record Release(Class<?> type) {

        List<Object> rows(int count) throws Exception {
            List<Object> rows = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                rows.add(type.getConstructor(int.class).newInstance(i));
            }
            return rows;
        }

        /** The id, and what was added. */
        String fields(Object row) {
            try {
                return type.getField("id").get(row) + " " + type.getField("added").get(row);
            } catch (ReflectiveOperationException missing) {
                throw new IllegalStateException(missing);
            }
        }

        /** Takes what a checkpoint holds over, and writes other rows into the next one. */
        OperatorStateHandle write(List<OperatorStateHandle> restored, List<Object> rows)
                throws Exception {
            OperatorStateBackend backend = backend(restored);
            InFlightState<Object> state = new InFlightState<>(backend, serializer(), 1);
            List<StreamElement> unused = state.restored();
            InFlightQueue<Object, Object> queue = new OrderedInFlightQueue<>();
            rows.forEach(row -> queue.add(new InFlightRow<>(new StreamRecord<>(row), 0, 0)));
            state.snapshot(queue);
            RunnableFuture<SnapshotResult<OperatorStateHandle>> written =
                    backend.snapshot(
                            1,
                            1,
                            new MemCheckpointStreamFactory(MAX_STATE_BYTES),
                            CheckpointOptions.forCheckpointWithDefaultLocation());
            written.run();
            state.forget();
            assertThat(state.rowsLent()).isZero();
            return written.get().getJobManagerOwnedSnapshot();
        }

        List<StreamElement> restore(OperatorStateHandle checkpoint) throws Exception {
            return new InFlightState<>(backend(List.of(checkpoint)), serializer(), 1).restored();
        }

        private OperatorStateBackend backend(List<OperatorStateHandle> restored) throws Exception {
            return new DefaultOperatorStateBackendBuilder(
                            type.getClassLoader(),
                            new ExecutionConfig(),
                            true,
                            new StateObjectCollection<>(restored),
                            new CloseableRegistry())
                    .build();
        }

        @SuppressWarnings("unchecked") // the class is known at run time alone
        private StreamElementSerializer<Object> serializer() {
            TypeInformation<Object> information =
                    (TypeInformation<Object>) TypeInformation.of(type);
            return new StreamElementSerializer<>(
                    information.createSerializer(new SerializerConfigImpl()));
        }
    }
}
