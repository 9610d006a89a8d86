package io.flinkgpu.inference.pool.server;

import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairsBatch;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ModelActivity;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CopyHealthTest {

    private static final Duration MAX_RUN_TIME = Duration.ofSeconds(60);
    private static final Duration AT_ONCE = Duration.ZERO;

    private final ManualLocalModel model = new ManualLocalModel();
    private final CopyHealth health = new CopyHealth(model, MAX_RUN_TIME);

    @Test
    void isWellUpToTheLongestRunTime() {
        model.activity = running(MAX_RUN_TIME);

        assertThat(health.isHealthy()).isTrue();
    }

    @Test
    void isUnwellWhileARunTakesLonger() {
        model.activity = running(MAX_RUN_TIME.plusNanos(1));
        assertThat(health.isHealthy()).isFalse();

        model.activity = ManualLocalModel.IDLE;
        assertThat(health.isHealthy()).isTrue();
    }

    @Test
    void runsARowWhenItIsIdle() {
        health.probeIfIdle(ManualLocalModel.pairs(), AT_ONCE);

        assertThat(model.runs).hasSize(1);
    }

    @Test
    void isUnwellFromAFailedProbeUntilOneSucceeds() {
        health.probeIfIdle(ManualLocalModel.pairs(), AT_ONCE);
        model.succeed(0, pairsBatch(1));
        health.probeIfIdle(ManualLocalModel.pairs(), AT_ONCE);
        model.runs.get(1).completeExceptionally(new ModelRunException("Cannot run: broken."));
        assertThat(health.isHealthy()).isFalse();

        health.probeIfIdle(ManualLocalModel.pairs(), AT_ONCE);
        model.succeed(2, pairsBatch(1));
        assertThat(health.isHealthy()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"DATA", "UNKNOWN"})
    void staysWellWhereTheModelTakesNoZerosAndRunsNoMore(ErrorClass errorClass) {
        health.probeIfIdle(ManualLocalModel.pairs(), AT_ONCE);
        model.runs.get(0).completeExceptionally(failure(errorClass));
        assertThat(health.isHealthy()).isTrue();

        health.probeIfIdle(ManualLocalModel.pairs(), AT_ONCE);
        assertThat(model.runs).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"TIMEOUT", "OUT_OF_MEMORY", "FATAL_DEVICE"})
    void isUnwellWhereTheFirstProbeFailsForAnotherReasonThanItsRow(ErrorClass errorClass) {
        health.probeIfIdle(ManualLocalModel.pairs(), AT_ONCE);
        model.runs.get(0).completeExceptionally(failure(errorClass));

        assertThat(health.isHealthy()).isFalse();
    }

    private static ModelRunException failure(ErrorClass errorClass) {
        return new ModelRunException("Cannot run.").classified(errorClass);
    }

    @Test
    void isUnwellWhileThereIsNoMemoryForAProbe() {
        model.failure = new OutOfMemoryError("no direct memory is left");
        health.probeIfIdle(ManualLocalModel.pairs(), AT_ONCE);
        assertThat(health.isHealthy()).isFalse();

        model.failure = null;
        health.probeIfIdle(ManualLocalModel.pairs(), AT_ONCE);
        model.succeed(0, pairsBatch(1));
        assertThat(health.isHealthy()).isTrue();
    }

    @Test
    void waitsForAProbeBeforeTheNext() {
        health.probeIfIdle(ManualLocalModel.pairs(), AT_ONCE);
        health.probeIfIdle(ManualLocalModel.pairs(), AT_ONCE);

        assertThat(model.runs).hasSize(1);
    }

    @Test
    void leavesAModelAloneThatRunsOrHasRequestsWaiting() {
        model.activity = running(Duration.ofSeconds(1));
        health.probeIfIdle(ManualLocalModel.pairs(), AT_ONCE);
        model.activity = new ModelActivity(1, 0, Duration.ZERO, Duration.ofHours(1));
        health.probeIfIdle(ManualLocalModel.pairs(), AT_ONCE);

        assertThat(model.runs).isEmpty();
    }

    @Test
    void leavesAModelAloneThatRanWithinTheInterval() {
        model.activity = new ModelActivity(0, 0, Duration.ZERO, Duration.ofMillis(1));

        health.probeIfIdle(ManualLocalModel.pairs(), Duration.ofMinutes(1));

        assertThat(model.runs).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("withoutExample")
    void doesNotProbeWithoutAnExampleRow(ModelSignature signature) {
        health.probeIfIdle(signature, AT_ONCE);

        assertThat(model.runs).isEmpty();
        assertThat(health.isHealthy()).isTrue();
    }

    static ModelSignature[] withoutExample() {
        return new ModelSignature[] {
            ManualLocalModel.signature(DataType.FLOAT32, Shape.of(Shape.UNKNOWN, Shape.UNKNOWN)),
            ManualLocalModel.signature(DataType.BYTES, Shape.of(Shape.UNKNOWN, 2)),
        };
    }

    private static ModelActivity running(Duration age) {
        return new ModelActivity(0, 1, age, Duration.ofHours(1));
    }
}
