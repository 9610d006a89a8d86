package io.flinkgpu.inference.pool.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ReplicaDevice;
import io.flinkgpu.inference.pool.ReplicaLoad;
import io.flinkgpu.inference.pool.ReplicaState;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RegistryTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    private final Registry registry = new Registry(2, 100);

    @Test
    void isCompleteOnceEverySubtaskHasReportedAndNoneLoads() {
        registry.report(0, replica("a", ReplicaState.READY, 0));
        assertThat(registry.members().complete()).isFalse();
        registry.report(1, replica("b", ReplicaState.LOADING, 0));
        assertThat(registry.members().complete()).isFalse();

        registry.report(1, replica("b", ReplicaState.UNHEALTHY, 0));

        assertThat(registry.members().complete()).isTrue();
        assertThat(registry.members().replicas())
                .extracting(replica -> replica.address().host())
                .containsExactly("a", "b");
    }

    @Test
    void answersAtOnceWhoKnowsAnotherVersion() {
        assertThat(registry.members(-1, LONG)).isCompletedWithValue(registry.members());
    }

    @Test
    void holdsTheAnswerBackUntilAReplicaChanges() {
        registry.report(0, replica("a", ReplicaState.LOADING, 0));
        CompletableFuture<MembersResponse> answer =
                registry.members(registry.members().version(), LONG);
        assertThat(answer).isNotDone();

        registry.report(0, replica("a", ReplicaState.READY, 0));

        assertThat(answer).isCompletedWithValue(registry.members());
    }

    @Test
    void holdsTheAnswerBackWhileLoadAloneChanges() {
        registry.report(0, replica("a", ReplicaState.READY, 0));
        CompletableFuture<MembersResponse> answer =
                registry.members(registry.members().version(), LONG);

        registry.report(0, replica("a", ReplicaState.READY, 7));

        assertThat(answer).isNotDone();
        assertThat(registry.members().replicas().get(0).load().waitingRows()).isEqualTo(7);
    }

    @Test
    void forgetsTheReplicaOfALostSubtask() {
        registry.report(0, replica("a", ReplicaState.READY, 0));
        CompletableFuture<MembersResponse> answer =
                registry.members(registry.members().version(), LONG);

        registry.remove(0);

        assertThat(answer.join().replicas()).isEmpty();
    }

    @Test
    void answersWithTheSameVersionWhenPatienceIsOver() throws Exception {
        registry.report(0, replica("a", ReplicaState.READY, 0));
        long version = registry.members().version();

        MembersResponse answer =
                registry.members(version, Duration.ofMillis(1)).get(20, TimeUnit.SECONDS);

        assertThat(answer.version()).isEqualTo(version);
    }

    private static Replica replica(String host, ReplicaState state, int waitingRows) {
        return new Replica(
                new ReplicaAddress(host, 1),
                host,
                ReplicaDevice.unknown(),
                state,
                Set.of(),
                new ReplicaLoad(waitingRows, 0, 0, 0));
    }
}
