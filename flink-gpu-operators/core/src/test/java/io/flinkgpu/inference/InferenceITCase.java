package io.flinkgpu.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.resources.device.SimulatedDiscovery;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import io.flinkgpu.state.CheckpointDefaults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Inference in running jobs, on a cluster of one process with one simulated GPU. */
class InferenceITCase {

    private static final int ROWS = 2_000;

    // More GPUs than any test asks for: slots without a profile take their share of them, too.
    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(2)
                            .setNumberSlotsPerTaskManager(4)
                            .setConfiguration(
                                    Configuration.fromMap(
                                            Map.of(
                                                    "external-resources",
                                                    "gpu",
                                                    "external-resource.gpu.amount",
                                                    "16",
                                                    "taskmanager.network.memory"
                                                            + ".buffer-debloat.enabled",
                                                    "true")))
                            .build());

    @TempDir Path directory;

    @BeforeEach
    void reset() {
        SeenOnce.reset();
        FailsAgainAndAgain.reset();
    }

    @Test
    void infersEveryRow() throws Exception {
        StreamExecutionEnvironment environment = environment(new Configuration(), 2);

        addPipeline(environment, model("plain"), null);
        JobExecutionResult result = environment.execute();

        assertThat(SeenOnce.seen().cardinality()).isEqualTo(ROWS);
        assertThat(result.<Long>getAccumulatorResult("inference.batchedRows")).isEqualTo(ROWS);
        assertThat(result.<Long>getAccumulatorResult("inference.batches"))
                .isBetween(ROWS / 16L, (long) ROWS);
    }

    @Test
    void leasesSharesOfOneDeviceAndLoadsTheModelOnce() throws Exception {
        DeviceLeaseTable.ofProcess()
                .register(new SimulatedDiscovery(1, MemorySize.ofMebiBytes(64)).discover());
        long loadedBefore = ModelHost.ofProcess().modelsLoaded();
        StageProfile half =
                StageProfile.named("half")
                        .cpuCores(0.5)
                        .taskHeap(MemorySize.ofMebiBytes(16))
                        .gpus(0.5)
                        .build();
        StreamExecutionEnvironment environment = environment(new Configuration(), 2);

        addPipeline(environment, model("shared"), half);
        environment.execute();

        assertThat(SeenOnce.seen().cardinality()).isEqualTo(ROWS);
        assertThat(ModelHost.ofProcess().modelsLoaded() - loadedBefore).isEqualTo(1);
        assertThat(DeviceLeaseTable.ofProcess().leases()).isEmpty();
    }

    @Test
    void failsWithTheModelsErrorWhenItCannotBeLoaded() {
        StreamExecutionEnvironment environment =
                environment(
                        new Configuration().set(RestartStrategyOptions.RESTART_STRATEGY, "none"),
                        1);
        addPipeline(environment, model("broken").failingToLoad(), null);

        assertThatThrownBy(environment::execute)
                .hasStackTraceContaining(
                        "Cannot load simulated model 'broken': it is told to fail.");
    }

    @Test
    void drainsWhenStoppedWithSavepoint() throws Exception {
        StreamExecutionEnvironment environment = environment(new Configuration(), 2);
        addPipeline(environment, slowModel("drained"), null);

        JobClient job = Savepoints.startAndAwaitRows(environment);
        String savepoint = stopWithSavepoint(job, true);

        JobExecutionResult result = job.getJobExecutionResult().get();
        assertThat(savepoint).isNotBlank();
        assertThat(SeenOnce.seen().cardinality())
                .isEqualTo(result.<Long>getAccumulatorResult("inference.batchedRows").intValue())
                .isLessThan(ROWS);
    }

    @Test
    void goesOnFromSavepointWithOtherParallelism() throws Exception {
        StreamExecutionEnvironment first = environment(new Configuration(), 2);
        addPipeline(first, slowModel("rescaled"), null);
        String atTwo = stopWithSavepoint(Savepoints.startAndAwaitRows(first), false);

        StreamExecutionEnvironment second = environment(Savepoints.restoring(atTwo), 3);
        addPipeline(second, slowModel("rescaled"), null);
        int seenByFirst = SeenOnce.seen().cardinality();
        String atThree = stopWithSavepoint(Savepoints.startAndAwaitRows(second), false);

        StreamExecutionEnvironment third = environment(Savepoints.restoring(atThree), 1);
        addPipeline(third, model("rescaled"), null);
        third.execute();

        assertThat(seenByFirst).isBetween(1, ROWS - 1);
        assertThat(SeenOnce.seen().cardinality()).isEqualTo(ROWS);
    }

    @Test
    void makesProgressThroughFailuresInFrontOfSlowStage() throws Exception {
        SlowStage stage = SlowStage.ofDefaults();
        StreamExecutionEnvironment environment =
                environment(stage.settings(), SlowStage.PARALLELISM);

        stage.addTo(environment);
        environment.execute();

        assertThat(FailsAgainAndAgain.failures()).isGreaterThanOrEqualTo(SlowStage.FAILURES);
        assertThat(SeenOnce.seen().cardinality()).isEqualTo(SlowStage.ROWS);
        assertThat(SeenOnce.restoredRows().stream().distinct())
                .as("rows accounted for at each restart")
                .hasSizeGreaterThan(SlowStage.FAILURES / 2);
    }

    private StreamExecutionEnvironment environment(Configuration settings, int parallelism) {
        settings.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                directory.resolve("checkpoints").toUri().toString());
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        CheckpointDefaults.complete(settings));
        environment.setParallelism(parallelism);
        return environment;
    }

    private static void addPipeline(
            StreamExecutionEnvironment environment, SimulatedModel model, StageProfile profile) {
        Inference<Long, Long> inference =
                Inference.on(environment.fromSequence(0, ROWS - 1).uid("rows"))
                        .model(model.ref())
                        .encode((row, writer) -> writer.longs("", Shape.scalar(), row))
                        .decode((row, answer) -> answer.longs()[0])
                        .batch(Batching.ofSize(16).maxDelay(Duration.ofMillis(5)))
                        .outputMode(OutputMode.UNORDERED);
        if (profile != null) {
            inference.profile(profile);
        }
        inference
                .apply("infer")
                .uid("infer")
                .map(new SeenOnce())
                .uid("seen")
                .returns(Types.LONG)
                .setParallelism(1)
                .sinkTo(new DiscardingSink<>())
                .uid("discard")
                .setParallelism(1);
    }

    private static SimulatedModel model(String name) {
        return SimulatedModel.named(name).ofRows(DataType.INT64, Shape.scalar());
    }

    private static SimulatedModel slowModel(String name) {
        return model(name).taking(Duration.ofMillis(50), Duration.ZERO);
    }

    private String stopWithSavepoint(JobClient job, boolean drain) throws Exception {
        String savepoint = Savepoints.stop(job, drain, directory);
        job.getJobExecutionResult().get();
        return savepoint;
    }
}
