package io.flinkgpu.inference.pool.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ServedModel;
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
