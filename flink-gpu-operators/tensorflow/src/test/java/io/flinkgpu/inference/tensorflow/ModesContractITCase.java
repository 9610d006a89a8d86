package io.flinkgpu.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkgpu.inference.Batching;
import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaState;
import io.flinkgpu.inference.pool.job.PoolJob;
import io.flinkgpu.inference.pool.job.PoolRegistryClient;
import io.flinkgpu.inference.pool.job.PoolSpec;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.inference.tensor.TensorRow;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple4;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.InjectClusterRESTAddress;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The two modes of inference with a real model, without a GPU. */
@Timeout(120)
class ModesContractITCase {

    private static final int ROWS = 2_000;
    private static final int WIDTH = 16;

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
    private URI rest;
    private JobClient pool;

    @BeforeEach
    void find(@InjectClusterRESTAddress URI address) {
        rest = address;
    }

    @AfterEach
    void stopPool() throws Exception {
        pool.cancel().get();
    }

    @Test
    void answersAsFusedModeDoes() throws Exception {
        TestingSavedModels.perceptron(directory.resolve("mlp/7"), WIDTH);
        ModelRef model = ModelRef.savedModel(directory.resolve("mlp").toString());
        startPool("contract", Map.of("mlp", model), 2);
        awaitReady("contract", 2);

        Map<Long, Tuple4<Long, Long, Float, String>> fused = answers(model, InferenceMode.FUSED);
        Map<Long, Tuple4<Long, Long, Float, String>> separated =
                answers(model, InferenceMode.SEPARATED);

        assertThat(separated).hasSize(ROWS).hasSameSizeAs(fused);
        assertThat(separated)
                .allSatisfy(
                        (id, row) -> {
                            assertThat(row.f1).isEqualTo(fused.get(id).f1);
                            assertThat(row.f2).isCloseTo(fused.get(id).f2, within(1e-5f));
                            assertThat(row.f3).isEqualTo(fused.get(id).f3).isEqualTo("7");
                        });
    }

    private void startPool(String name, Map<String, ModelRef> models, int replicas)
            throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        new Configuration()
                                .set(PoolOptions.REPORT_INTERVAL, Duration.ofMillis(50))
                                .set(PoolOptions.SERVER_LINGER, Duration.ofSeconds(5)));
        ReplicaRequest replica = new ReplicaRequest(name, models, 32, 1, null);
        PoolJob.define(environment, new PoolSpec(replica, replicas, 1, replicas));
        pool = environment.executeAsync();
    }

    private void awaitReady(String name, int replicas) {
        try (PoolRegistryClient registry = new PoolRegistryClient(rest, new Configuration())) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> ready(registry.members(name)) == replicas);
        }
    }

    private static long ready(Membership members) {
        return members.replicas().stream()
                .map(Replica::state)
                .filter(ReplicaState.READY::equals)
                .count();
    }

    private Map<Long, Tuple4<Long, Long, Float, String>> answers(ModelRef model, InferenceMode mode)
            throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        environment.setParallelism(1);
        DataStream<Tuple4<Long, Long, Float, String>> answers =
                Inference.on(environment.fromSequence(0, ROWS - 1))
                        .model(model)
                        .mode(mode)
                        .pools("flink://" + rest.getAuthority() + "/contract")
                        .encode((row, writer) -> writer.floats(features(row)))
                        .decode((row, answer) -> best(row, answer))
                        .batch(Batching.ofSize(16).maxDelay(Duration.ofMillis(2)))
                        .outputMode(OutputMode.UNORDERED)
                        .apply("infer")
                        .returns(Types.TUPLE(Types.LONG, Types.LONG, Types.FLOAT, Types.STRING));
        Map<Long, Tuple4<Long, Long, Float, String>> byId = new TreeMap<>();
        try (CloseableIterator<Tuple4<Long, Long, Float, String>> rows =
                answers.executeAndCollect()) {
            rows.forEachRemaining(row -> byId.put(row.f0, row));
        }
        return byId;
    }

    private static float[] features(long row) {
        float[] features = new float[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            features[i] = (float) Math.sin(row * 31.0 + i);
        }
        return features;
    }

    private static Tuple4<Long, Long, Float, String> best(long row, TensorRow answer) {
        float[] scores = answer.floats();
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return Tuple4.of(row, (long) best, scores[best], answer.modelVersion());
    }
}
