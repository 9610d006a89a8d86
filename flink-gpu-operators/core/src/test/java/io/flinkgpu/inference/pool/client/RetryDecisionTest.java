package io.flinkgpu.inference.pool.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.DeviceLostException;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.InferTrailers;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryDecisionTest {

    private static final ServedModel MODEL = new ServedModel("digits", "");
    private static final ReplicaAddress ONLY = new ReplicaAddress("a", 1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private long now;
    private final RetryDecision retries = new RetryDecision(MODEL, PATIENCE, () -> now);

    @Test
    void aModelThatNoReplicaKnowsForSecondsIsUnknown() {
        assertThat(after(Status.NOT_FOUND).failure()).isNull();
        for (int second = 0; second < 4; second++) {
            pass(Duration.ofSeconds(1));
            assertThat(after(Status.NOT_FOUND).failure()).isNull();
        }

        pass(Duration.ofSeconds(1));

        assertThat(after(Status.NOT_FOUND).failure()).isInstanceOf(ModelLoadException.class);
    }

    @Test
    void twoAnswersHoursApartDoNotMakeAModelUnknown() {
        after(Status.NOT_FOUND);
        pass(Duration.ofHours(2));

        assertThat(after(Status.NOT_FOUND).failure()).isNull();
    }

    @Test
    void aRunThatFailedConvictsNobodyWhileThereIsNoOtherReplica() {
        assertThat(retries.after(failure(Status.INTERNAL), List.of()).failure()).isNull();
    }

    @Test
    void aDeviceThatIsLostInARunEndsTheCall() {
        RetryDecision.Outcome outcome = after(ofClass(Status.UNAVAILABLE, "FATAL_DEVICE"));

        assertThat(outcome.failure())
                .isInstanceOfSatisfying(
                        DeviceLostException.class,
                        lost -> assertThat(lost.mayBeCausedByRows()).isTrue());
    }

    @Test
    void aSickDeviceSaysNothingOfTheRows() {
        AttemptFailure other =
                AttemptFailure.of(
                        new ReplicaAddress("b", 1), Status.INTERNAL, trailers("SICK_DEVICE"));

        assertThat(after(ofClass(Status.INTERNAL, "SICK_DEVICE")).failure()).isNull();
        assertThat(retries.after(other, List.of(ONLY, other.replica())).failure()).isNull();
        for (int i = 0; i < 5; i++) {
            assertThat(after(ofClass(Status.INTERNAL, "SICK_DEVICE")).pauseFirst()).isTrue();
        }

        assertThat(after(ofClass(Status.INTERNAL, "SICK_DEVICE")).failure())
                .isInstanceOfSatisfying(
                        ModelRunException.class,
                        end -> assertThat(end.errorClass()).isEqualTo(ErrorClass.SICK_DEVICE));
    }

    @Test
    void aDenialIsForgivenOnceTheReplicaAnswers() {
        List<ReplicaAddress> both = List.of(ONLY, new ReplicaAddress("b", 1));

        assertThat(retries.after(failure(Status.UNAUTHENTICATED), both).failure()).isNull();
        assertThat(retries.after(failure(Status.RESOURCE_EXHAUSTED), both).failure()).isNull();
        assertThat(retries.after(failure(Status.UNAUTHENTICATED), both).failure()).isNull();

        assertThat(retries.after(failure(Status.UNAUTHENTICATED), both).failure())
                .isInstanceOf(ModelRunException.class)
                .hasMessageContaining("pool.token-file");
    }

    @Test
    void aFailureOfTheRowsKeepsWhereItHappened() {
        assertThat(after(ofClass(Status.INVALID_ARGUMENT, "DATA")).failure())
                .isInstanceOfSatisfying(
                        ModelRunException.class,
                        end -> {
                            assertThat(end.errorClass()).isEqualTo(ErrorClass.DATA);
                            assertThat(end.place()).isEqualTo("a:1");
                        });
    }

    private static AttemptFailure ofClass(Status status, String errorClass) {
        return AttemptFailure.of(ONLY, status, trailers(errorClass));
    }

    private static Metadata trailers(String errorClass) {
        Metadata trailers = new Metadata();
        trailers.put(InferTrailers.ERROR_CLASS, errorClass);
        return trailers;
    }

    private RetryDecision.Outcome after(AttemptFailure failure) {
        return retries.after(failure, List.of(ONLY));
    }

    private RetryDecision.Outcome after(Status status) {
        return retries.after(failure(status), List.of(ONLY));
    }

    private static AttemptFailure failure(Status status) {
        return AttemptFailure.of(ONLY, status, new Metadata());
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
