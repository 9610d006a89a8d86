package io.flinkgpu.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.resources.StageProfile;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadSpecTest {

    private static final ModelRef ECHO = SimulatedModel.named("echo").ref();
    private static final PoolAddress POOL = PoolAddress.parse("flink://localhost:8081/p");

    private final LoadSpecBuilder builder = LoadSpec.of(Path.of("/data/run"), ECHO);

    @Test
    void runsFusedUnlessTold() {
        LoadSpec spec = builder.build();

        assertThat(spec.mode()).isEqualTo(InferenceMode.FUSED);
        assertThat(spec.pools()).isEmpty();
        assertThat(spec.outputMode()).isEqualTo(OutputMode.UNORDERED);
        assertThat(spec.rowsPerSecond()).isZero();
        assertThat(spec.inferenceProfile().usesGpu()).isTrue();
        assertThat(spec.cpuProfile().usesGpu()).isFalse();
        assertThat(spec.cpuProfile().managed()).isGreaterThan(MemorySize.ZERO);
    }

    @Test
    void needsNoDeviceWhereAPoolAnswers() {
        LoadSpec spec = builder.separated(POOL).build();

        assertThat(spec.pools()).containsExactly(POOL);
        assertThat(spec.inferenceProfile().usesGpu()).isFalse();
        assertThat(builder.fused().build().pools()).isEmpty();
    }

    @Test
    void putsItsFilesBelowTheDirectory() {
        LoadSpec spec = LoadSpec.of(Path.of("runs/../run"), ECHO).build();

        Path run = Path.of("run").toAbsolutePath();
        assertThat(spec.directory()).isEqualTo(run.toString());
        assertThat(spec.results()).isEqualTo(run.resolve("results"));
        assertThat(spec.deadLetters()).isEqualTo(run.resolve("dead-letters"));
        assertThat(spec.checkpoints()).isEqualTo(run.resolve("checkpoints"));
    }

    @Test
    void survivesSerialization() throws Exception {
        LoadSpec spec =
                builder.separated(POOL)
                        .option(CheckpointingOptions.MAX_CONCURRENT_CHECKPOINTS, 2)
                        .build();

        LoadSpec copy = InstantiationUtil.clone(spec);

        assertThat(copy).isEqualTo(spec);
        assertThat(copy.options())
                .containsEntry(CheckpointingOptions.MAX_CONCURRENT_CHECKPOINTS.key(), "2");
    }

    @Test
    void acceptsTheBounds() {
        LoadSpec spec =
                builder.rows(1)
                        .width(1)
                        .rowsPerSecond(0.5)
                        .parallelism(1)
                        .batch(1, Duration.ZERO)
                        .checkpointInterval(Duration.ofMillis(10))
                        .build();

        assertThat(spec.rows()).isOne();
        assertThat(builder.rows(Integer.MAX_VALUE).build().rows()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void namesAllProblemsAtOnce() {
        builder.rows(0)
                .width(0)
                .rowsPerSecond(-1)
                .parallelism(0)
                .batch(0, Duration.ofMillis(-1))
                .checkpointInterval(Duration.ofMillis(9));

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid rows: 0. It must be between 1 and 2147483647."
                                + " Invalid width: 0. It must be at least 1."
                                + " Invalid rows per second: -1.0. It must be above 0, or 0 for as fast as possible."
                                + " Invalid parallelism: 0. It must be at least 1."
                                + " Invalid batch size: 0. It must be at least 1."
                                + " Invalid max batch delay: PT-0.001S. It must not be negative."
                                + " Invalid checkpoint interval: PT0.009S. It must be at least PT0.01S.");
    }

    @Test
    void rejectsMoreRowsThanIdsCanBeCounted() {
        assertThatThrownBy(() -> builder.rows(1L << 31).build())
                .hasMessage("Invalid rows: 2147483648. It must be between 1 and 2147483647.");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
    void rejectsRatesThatAreNone(double rate) {
        assertThatThrownBy(() -> builder.rowsPerSecond(rate).build())
                .hasMessageStartingWith("Invalid rows per second: " + rate + ".");
    }

    @Test
    void rejectsSeparatedModeWithoutPool() {
        assertThatThrownBy(() -> builder.separated().build())
                .hasMessage("Invalid pools: none. Mode separated needs at least one.");
    }

    @Test
    void rejectsPoolsInFusedMode() {
        LoadSpec separated = builder.separated(POOL).build();

        assertThatThrownBy(() -> inMode(separated, InferenceMode.FUSED))
                .hasMessage(
                        "Invalid pools: [flink://localhost:8081/p]. Mode fused asks none; use mode separated.");
    }

    @Test
    void rejectsProfilesOfOneName() {
        StageProfile gpu =
                StageProfile.named("stage")
                        .cpuCores(1)
                        .taskHeap(MemorySize.ofMebiBytes(1))
                        .gpus(1)
                        .build();

        assertThatThrownBy(() -> builder.cpuProfile(gpu).inferenceProfile(gpu).build())
                .hasMessage(
                        "Invalid profile 'stage': 1.0 GPUs. Source and sinks use none."
                                + " Invalid profiles: both are named 'stage'. Give each a name of its own.");
    }

    private static LoadSpec inMode(LoadSpec spec, InferenceMode mode) {
        return new LoadSpec(
                spec.directory(),
                spec.model(),
                mode,
                spec.pools(),
                spec.outputMode(),
                spec.rows(),
                spec.width(),
                spec.rowsPerSecond(),
                spec.parallelism(),
                spec.batchSize(),
                spec.maxBatchDelay(),
                spec.checkpointInterval(),
                spec.cpuProfile(),
                spec.inferenceProfile(),
                spec.edges(),
                spec.options());
    }
}
