package io.flinkgpu.benchmarks.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorBatchBuilder;
import io.flinkgpu.inference.tensor.TensorRow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BareModelTest {

    private static final int BATCH_SIZE = 32;

    @TempDir Path directory;

    @Test
    void answersAsTheModelHostDoes() throws Exception {
        BenchModel model = BenchModel.mlp(directory);
        float[][] rows = model.rows(BATCH_SIZE);

        int[] bare = bareAnswers(model, rows);

        assertThat(bare).isEqualTo(hostedAnswers(model, rows));
        assertThat(Arrays.stream(bare).distinct().count())
                .as("classes that the model tells apart")
                .isGreaterThan(1);
    }

    @Test
    void exportsTheSameWeightsForTheSameSeed() {
        BenchModel one = BenchModel.mlp(directory.resolve("one"));
        BenchModel other = BenchModel.mlp(directory.resolve("other"));
        float[][] rows = one.rows(BATCH_SIZE);

        assertThat(bareAnswers(one, rows)).isEqualTo(bareAnswers(other, rows));
    }

    @Test
    void refusesDirectoryWithoutModel() {
        assertThatThrownBy(() -> BenchModel.cnn(directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot load model '" + directory + "'");
    }

    private static int[] bareAnswers(BenchModel model, float[][] rows) {
        try (BareModel bare = BareModel.load(model, rows.length)) {
            bare.warmUp();
            for (int i = 0; i < rows.length; i++) {
                bare.fill(i, rows[i]);
            }
            return bare.run();
        }
    }

    private static int[] hostedAnswers(BenchModel model, float[][] rows) throws Exception {
        TensorBatchBuilder batch =
                new TensorBatchBuilder(DirectBufferPool.ofProcess(), rows.length);
        for (float[] row : rows) {
            assertThat(batch.tryAppend(writer -> writer.floats(row))).isTrue();
        }
        try (ModelClient client =
                        ModelHost.ofProcess()
                                .acquire(
                                        model.reference(),
                                        ModelDevice.cpu(),
                                        new ModelUse(BATCH_SIZE, 1, Duration.ZERO));
                TensorBatch outputs = infer(client, batch.build())) {
            TensorRow answer = new TensorRow(outputs);
            int[] best = new int[rows.length];
            for (int i = 0; i < rows.length; i++) {
                best[i] = BestClass.of(answer.moveTo(i).floats(model.scores()));
            }
            return best;
        }
    }

    private static TensorBatch infer(ModelClient client, TensorBatch batch) throws Exception {
        InferenceResult result = client.infer(batch).get();
        return result.outputs();
    }
}
