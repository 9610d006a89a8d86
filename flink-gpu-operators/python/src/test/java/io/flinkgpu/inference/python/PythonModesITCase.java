package io.flinkgpu.inference.python;

import static io.flinkgpu.inference.python.PythonInterpreters.EXECUTABLE;
import static io.flinkgpu.inference.python.PythonInterpreters.model;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.Batching;
import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.OutputMode;
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
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.InjectClusterRESTAddress;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Python code in jobs of both modes: what it raises, and what it does to its process. */
@Timeout(240)
class PythonModesITCase {

    private static final int ROWS = 400;
    private static final int DIGITS_ROWS = 100;
    private static final Path DIGITS =
            Path.of("../../deploy/cli/src/main/dist/examples/digits/digits.py")
                    .toAbsolutePath()
                    .normalize();
    private static final OutputTag<DeadLetter<Long>> FAILED = DeadLetter.tag("failed", Types.LONG);

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

    @BeforeEach
    void requirePython() {
        PythonInterpreters.assumeNumpy();
    }

    @Test
    void answersAllRowsButThoseThatRaiseOrKill(@InjectClusterRESTAddress URI rest)
            throws Exception {
        // Row 17 raises, row 33 ends its process, and row 50 does not end.
        Map<Long, Integer> bad = Map.of(17L, 1, 33L, 4, 50L, 7);
        ModelRef faulty = model("Faulty").ref();
        ModelRef digits = PythonModel.of(DIGITS + ":Digits").executable(EXECUTABLE).ref();
        JobClient pool = startPool(Map.of("Faulty", faulty, "Digits", digits));
        try {
            assertThat(labels(digits, InferenceMode.SEPARATED, rest))
                    .hasSize(DIGITS_ROWS)
                    .isEqualTo(labels(digits, InferenceMode.FUSED, rest));
            for (InferenceMode mode : List.of(InferenceMode.FUSED, InferenceMode.SEPARATED)) {
                Answers answers = answers(faulty, bad, mode, rest);

                assertThat(answers.rows)
                        .as("answers, %s", mode)
                        .containsExactlyInAnyOrderElementsOf(
                                LongStream.range(0, ROWS)
                                        .boxed()
                                        .filter(row -> !bad.containsKey(row))
                                        .toList());
                assertThat(answers.failures)
                        .as("dead letters, %s", mode)
                        .containsOnlyKeys(bad.keySet());
                assertThat(answers.failures.get(17L)).contains("ValueError: a bad row");
                assertThat(answers.failures.get(33L)).contains("ended with exit code 7");
                assertThat(answers.failures.get(50L)).contains("a run has lasted for more than");
            }
        } finally {
            pool.cancel().get();
        }
    }

    @Test
    void runsTheJobOfTheDocumentation(@TempDir Path directory) throws Exception {
        new DocumentedCode().writeFiles(directory);
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        environment.setParallelism(1);
        DataStream<String> reviews = environment.fromData("great and good", "bad", "Good");

        try (CloseableIterator<String> labels =
                DocumentedJobs.sentiment(reviews, directory).executeAndCollect()) {
            assertThat(labels)
                    .toIterable()
                    .containsExactlyInAnyOrder("great and good: 2", "bad: 0", "Good: 1");
        }
    }

    private static JobClient startPool(Map<String, ModelRef> models) throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        new Configuration()
                                .set(PoolOptions.REPORT_INTERVAL, Duration.ofMillis(50))
                                .set(PoolOptions.SERVER_MAX_RUN_TIME, Duration.ofSeconds(1))
                                .set(PoolOptions.SERVER_LINGER, Duration.ofSeconds(5)));
        PoolJob.define(
                environment,
                new PoolSpec(new ReplicaRequest("python", models, 32, 1, null), 1, 1, 1));
        return environment.executeAsync();
    }

    /** The example of the distribution: the label of each row of noise. */
    private static Map<Long, Long> labels(ModelRef model, InferenceMode mode, URI rest)
            throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        environment.setParallelism(1);
        SingleOutputStreamOperator<Tuple2<Long, Long>> labels =
                Inference.on(environment.fromSequence(0, DIGITS_ROWS - 1))
                        .model(model)
                        .mode(mode)
                        .pools("flink://" + rest.getAuthority() + "/python")
                        .encode((row, writer) -> writer.floats(noise(row)))
                        .decode((row, answer) -> Tuple2.of(row, answer.longs("label")[0]))
                        .batch(Batching.ofSize(16).maxDelay(Duration.ofMillis(2)))
                        .apply("classify")
                        .returns(Types.TUPLE(Types.LONG, Types.LONG));
        Map<Long, Long> byRow = new TreeMap<>();
        try (CloseableIterator<Tuple2<Long, Long>> rows = labels.executeAndCollect()) {
            rows.forEachRemaining(row -> byRow.put(row.f0, row.f1));
        }
        return byRow;
    }

    private static float[] noise(long seed) {
        Random random = new Random(seed);
        float[] pixels = new float[32 * 32];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextFloat();
        }
        return pixels;
    }

    /** What came out of a job. */
    private record Answers(List<Long> rows, Map<Long, String> failures) {}

    private static Answers answers(
            ModelRef model, Map<Long, Integer> bad, InferenceMode mode, URI rest) throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        new Configuration()
                                .set(InferenceOptions.MAX_RUN_TIME, Duration.ofSeconds(1)));
        environment.setParallelism(1);
        SingleOutputStreamOperator<Long> answers =
                Inference.on(environment.fromSequence(0, ROWS - 1))
                        .model(model)
                        .mode(mode)
                        .pools("flink://" + rest.getAuthority() + "/python")
                        .encode(
                                (row, writer) ->
                                        writer.ints(
                                                "data", Shape.scalar(), bad.getOrDefault(row, 0)))
                        .decode((row, answer) -> answer.longs()[0] > 0 ? row : -1L)
                        .batch(Batching.ofSize(16).maxDelay(Duration.ofMillis(2)))
                        .outputMode(OutputMode.UNORDERED)
                        .deadLetters(FAILED)
                        .apply("infer");
        List<Long> rows = new ArrayList<>();
        Map<Long, String> failures = new TreeMap<>();
        SingleOutputStreamOperator<String> all =
                answers.map(row -> row + " ").returns(Types.STRING);
        try (CloseableIterator<String> lines =
                all.union(
                                answers.getSideOutput(FAILED)
                                        .map(letter -> letter.row() + " " + letter.cause())
                                        .returns(Types.STRING))
                        .executeAndCollect()) {
            lines.forEachRemaining(
                    line -> {
                        long row = Long.parseLong(line.substring(0, line.indexOf(' ')));
                        String cause = line.substring(line.indexOf(' ') + 1);
                        if (cause.isEmpty()) {
                            rows.add(row);
                        } else {
                            failures.put(row, cause);
                        }
                    });
        }
        return new Answers(rows, failures);
    }
}
