package io.flinkgpu.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.TensorDecoder;
import io.flinkgpu.inference.TensorEncoder;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.job.PoolJob;
import io.flinkgpu.inference.pool.job.PoolSpec;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.inference.tensor.Shape;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.InjectClusterRESTAddress;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Models of unusual signatures in jobs of both modes, at the default settings of a batch. */
@Timeout(180)
class OddModelsITCase {

    private static final int ROWS = 300;

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(2)
                            .setNumberSlotsPerTaskManager(3)
                            .setConfiguration(
                                    new Configuration()
                                            .set(
                                                    JobManagerOptions.SCHEDULER,
                                                    JobManagerOptions.SchedulerType.Adaptive)
                                            .set(
                                                    JobManagerOptions
                                                            .SCHEDULER_SUBMISSION_RESOURCE_STABILIZATION_TIMEOUT,
                                                    Duration.ofMillis(100)))
                            .build());

    @TempDir Path directory;

    @Test
    void answersEveryRowInBothModes(@InjectClusterRESTAddress URI rest) throws Exception {
        ModelRef eight = ref(OddSavedModels.fixedBatch(directory.resolve("eight"), 8));
        ModelRef found = ref(OddSavedModels.detectionsOfOneRow(directory.resolve("found")));
        ModelRef open = ref(TestingSavedModels.openRows(directory.resolve("open")));
        JobClient pool = startPool(Map.of("eight", eight, "found", found, "open", open));
        try {
            for (InferenceMode mode : List.of(InferenceMode.FUSED, InferenceMode.SEPARATED)) {
                String address = "flink://" + rest.getAuthority() + "/odd";

                assertThat(
                                answers(
                                        stage(eight, mode, address),
                                        (row, writer) -> writer.floats(threeFrom(row)),
                                        (row, answer) -> row + " " + sum(answer.floats())))
                        .as("a fixed batch, %s", mode)
                        .containsExactlyElementsOf(expected(row -> row + " " + 2 * (3 * row + 3)));
                assertThat(
                                answers(
                                        stage(found, mode, address),
                                        (row, writer) -> writer.floats(positives(row)),
                                        (row, answer) ->
                                                row
                                                        + " "
                                                        + answer.shape("found")
                                                        + sum(answer.floats())))
                        .as("as many detections as a row has, %s", mode)
                        .containsExactlyElementsOf(expected(OddModelsITCase::detections));
                assertThat(
                                answers(
                                        stage(open, mode, address),
                                        (row, writer) -> writer.floats("x", Shape.of(0, 2)),
                                        (row, answer) -> row + " " + answer.shape("y")))
                        .as("rows without elements, %s", mode)
                        .containsExactlyElementsOf(expected(row -> row + " [0, 2]"));
            }
        } finally {
            pool.cancel().get();
        }
    }

    private static float[] threeFrom(long row) {
        float first = (float) row;
        return new float[] {first, first + 1, first + 2};
    }

    /** None, one, two or three values above zero. */
    private static float[] positives(long row) {
        float[] values = new float[3];
        for (int i = 0; i < values.length; i++) {
            values[i] = i < row % 4 ? (float) row + i : -1;
        }
        return values;
    }

    /** Places count from 0; a value that is 0 is none above zero. */
    private static String detections(long row) {
        int count = 0;
        long sum = 0;
        float[] values = positives(row);
        for (int i = 0; i < values.length; i++) {
            if (values[i] > 0) {
                count++;
                sum += i + (long) values[i];
            }
        }
        return row + " [" + count + ", 2]" + sum;
    }

    private static List<String> expected(LongFunction<String> answer) {
        return LongStream.range(0, ROWS).mapToObj(answer).toList();
    }

    private static long sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return (long) sum;
    }

    private static ModelRef ref(Path exported) {
        return ModelRef.savedModel(exported.toString());
    }

    private static JobClient startPool(Map<String, ModelRef> models) throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        new Configuration()
                                .set(PoolOptions.REPORT_INTERVAL, Duration.ofMillis(50))
                                .set(PoolOptions.SERVER_LINGER, Duration.ofSeconds(5)));
        ReplicaRequest replica = new ReplicaRequest("odd", models, 32, 1, null);
        PoolJob.define(environment, new PoolSpec(replica, 1, 1, 1));
        return environment.executeAsync();
    }

    private static Inference<Long, ?> stage(ModelRef model, InferenceMode mode, String pool) {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        environment.setParallelism(1);
        return Inference.on(environment.fromSequence(0, ROWS - 1))
                .model(model)
                .mode(mode)
                .pools(pool)
                .outputMode(OutputMode.ORDERED);
    }

    private static List<String> answers(
            Inference<Long, ?> stage,
            TensorEncoder<Long> encoder,
            TensorDecoder<Long, String> decoder)
            throws Exception {
        List<String> answers = new ArrayList<>();
        try (CloseableIterator<String> rows =
                stage.encode(encoder)
                        .decode(decoder)
                        .apply("infer")
                        .returns(Types.STRING)
                        .executeAndCollect()) {
            rows.forEachRemaining(answers::add);
        }
        return answers;
    }
}
