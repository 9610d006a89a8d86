package io.flinkgpu.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.testutils.ManuallyTriggeredScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models whose batch axis is fixed, or missing in an output, through the host of a process. */
@Timeout(120)
class BatchAxisTest {

    @TempDir private Path directory;

    private final ManuallyTriggeredScheduledExecutorService timers =
            new ManuallyTriggeredScheduledExecutorService();
    private final ModelHost host = new ModelHost(List.of(new TensorFlowRuntime()), timers);
    private final List<ModelClient> clients = new ArrayList<>();

    @AfterEach
    void unload() {
        clients.forEach(ModelClient::close);
        timers.triggerScheduledTasks();
    }

    @Test
    void runsAnyNumberOfRowsOnAModelOfAFixedBatch() throws Exception {
        ModelClient eight = client(OddSavedModels.fixedBatch(directory.resolve("eight"), 8));
        ModelClient one = client(OddSavedModels.fixedBatch(directory.resolve("one"), 1));

        for (int rows : new int[] {1, 3, 8, 20, 32}) {
            assertThat(floats(eight.infer(counted(rows)), "y")).containsExactly(twice(rows));
            assertThat(floats(one.infer(counted(rows)), "y")).containsExactly(twice(rows));
        }
    }

    @Test
    void runsRowByRowWhereAnOutputIsDeclaredToBeOneRow() throws Exception {
        ModelClient client = client(OddSavedModels.outputOfOneRow(directory));

        assertThat(floats(client.infer(counted(5)), "total")).containsExactly(counted(5, 1));
        assertThat(client.ready().get().signature().fixedBatchSize()).hasValue(1);
    }

    @Test
    void findsWhileLoadingThatAnOutputIsOneRow() throws Exception {
        ModelClient client = client(OddSavedModels.undeclaredOutputOfOneRow(directory));

        assertThat(client.ready().get(60, TimeUnit.SECONDS).signature().fixedBatchSize())
                .hasValue(1);
        assertThat(floats(client.infer(counted(5)), "total")).containsExactly(counted(5, 1));
        assertThat(floats(client.infer(counted(5)), "y")).containsExactly(twice(5));
    }

    @Test
    void findsWhileLoadingThatAModelRunsOneRowAlone() throws Exception {
        ModelClient client = client(OddSavedModels.reshapesToOneRow(directory));

        assertThat(client.ready().get(60, TimeUnit.SECONDS).signature().fixedBatchSize())
                .hasValue(1);
        assertThat(floats(client.infer(counted(5)), "y")).containsExactly(twice(5));
    }

    @Test
    void refusesAnOutputWithoutABatchAxisByNameAndShape() throws Exception {
        ModelClient declared = client(OddSavedModels.constantOutput(directory.resolve("4"), 4));
        ModelClient open = client(OddSavedModels.constantOutput(directory.resolve("any"), -1));
        ModelClient scalar = client(TestingSavedModels.scalarOutput(directory.resolve("s")));
        ModelClient found = client(OddSavedModels.detectionsOverTheBatch(directory.resolve("d")));

        assertRefused(scalar, "tensor 'total' has shape []");
        assertRefused(declared, "output 'labels' has shape [4]");
        assertRefused(open, "output 'labels' has shape [4] for a batch of 1 row");
        assertRefused(found, "output 'found' has shape [0, 2] for a batch of 1 row");
    }

    @Test
    void givesEachRowItsOwnDetectionsHoweverManyThereAre() throws Exception {
        ModelClient client = client(OddSavedModels.detectionsOfOneRow(directory));

        TensorBatch none = get(client.infer(rows(-1, -2, -3))).outputs();
        TensorBatch two = get(client.infer(rows(7, -1, 9))).outputs();

        assertThat(none.tensor("found").shape()).isEqualTo(Shape.of(1, 0, 2));
        assertThat(two.tensor("found")).isEqualTo(Tensor.ofFloats(Shape.of(1, 2, 2), 0, 7, 2, 9));
    }

    private static void assertRefused(ModelClient client, String reason) {
        assertThatThrownBy(() -> client.ready().get(60, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(ModelLoadException.class)
                .hasMessageContaining(reason);
    }

    private ModelClient client(Path exported) {
        ModelClient client =
                host.acquire(
                        ModelRef.savedModel(exported.toString()),
                        ModelDevice.cpu(),
                        new ModelUse(32, 1, Duration.ZERO));
        clients.add(client);
        return client;
    }

    private static float[] floats(CompletableFuture<InferenceResult> answer, String output)
            throws Exception {
        return get(answer).outputs().tensor(output).toFloats();
    }

    private static InferenceResult get(CompletableFuture<InferenceResult> answer) throws Exception {
        return answer.get(60, TimeUnit.SECONDS);
    }

    private static TensorBatch counted(int rows) {
        return rows(counted(rows, 1));
    }

    private static float[] twice(int rows) {
        return counted(rows, 2);
    }

    private static float[] counted(int rows, int times) {
        float[] values = new float[rows * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i + 1) * times;
        }
        return values;
    }

    private static TensorBatch rows(float... values) {
        return TensorBatch.of("x", Tensor.ofFloats(Shape.of(values.length / 3, 3), values));
    }
}
