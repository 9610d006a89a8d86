package io.flinkgpu.inference.pool.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ReplicaLoad;
import io.flinkgpu.inference.pool.ReplicaState;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemberRetentionTest {

    private static final PoolAddress POOL = PoolAddress.parse("flink://jobmanager:8081/p");

    private long now;
    private final MemberRetention retention =
            new MemberRetention(Membership.unknown(POOL), Duration.ofSeconds(60), () -> now);

    @Test
    void keepsWhomARestartedRegistryHasNotNamedYet() {
        retention.update(members(true, "a", "b"));

        boolean changed = retention.update(members(false, "b"));

        assertThat(hosts()).containsExactlyInAnyOrder("a", "b");
        assertThat(changed).isTrue(); // it is not complete any more
    }

    @Test
    void keepsAllWhileARestartedRegistryKnowsNobody() {
        retention.update(members(true, "a", "b"));

        retention.update(members(false));

        assertThat(hosts()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void forgetsWhomACompleteRegistryDoesNotName() {
        retention.update(members(true, "a", "b"));

        boolean changed = retention.update(members(true, "b", "c"));

        assertThat(changed).isTrue();
        assertThat(hosts()).containsExactly("b", "c");
    }

    @Test
    void forgetsWhomNobodyHasNamedForTheRetentionTime() {
        retention.update(members(true, "a", "b"));
        now += Duration.ofSeconds(59).toNanos();
        retention.update(members(false, "b"));
        assertThat(hosts()).containsExactlyInAnyOrder("a", "b");

        now += Duration.ofSeconds(2).toNanos();
        retention.update(members(false, "b"));

        assertThat(hosts()).containsExactly("b");
    }

    @Test
    void keepsAWarmReplicaUntilItsSuccessorIsReady() {
        retention.update(members(true, "warm"));
        Replica successor = members(true, "successor").replicas().get(0);

        retention.update(
                new Membership(POOL, 2, false, List.of(in(ReplicaState.LOADING, successor))));
        now += Duration.ofMinutes(10).toNanos();
        retention.update(
                new Membership(POOL, 2, false, List.of(in(ReplicaState.LOADING, successor))));
        assertThat(hosts()).containsExactlyInAnyOrder("warm", "successor");

        retention.update(new Membership(POOL, 3, true, List.of(successor)));
        assertThat(hosts()).containsExactly("successor");
    }

    private static Replica in(ReplicaState state, Replica replica) {
        return new Replica(
                replica.address(),
                replica.node(),
                replica.device(),
                state,
                replica.models(),
                replica.load());
    }

    @Test
    void isUnchangedWhenTheSameAreNamedAgain() {
        retention.update(members(true, "a"));

        assertThat(retention.update(members(true, "a"))).isFalse();
    }

    @Test
    void aChangeOfLoadAloneIsNone() {
        Membership idle = members(true, "a");
        Replica known = idle.replicas().get(0);
        Replica busy =
                new Replica(
                        known.address(),
                        known.node(),
                        known.device(),
                        known.state(),
                        known.models(),
                        new ReplicaLoad(7, 1, 100, 3.5));
        retention.update(idle);

        assertThat(retention.update(new Membership(POOL, 2, true, List.of(busy)))).isFalse();
        assertThat(retention.members().replicas()).containsExactly(busy);
    }

    @Test
    void countsWhatIsRestoredAsNamedAtTheStart() {
        MemberRetention restored =
                new MemberRetention(members(true, "a"), Duration.ofSeconds(60), () -> now);

        restored.update(members(false));

        assertThat(restored.members().replicas()).hasSize(1);
    }

    private List<String> hosts() {
        return retention.members().replicas().stream()
                .map(replica -> replica.address().host())
                .toList();
    }

    private static Membership members(boolean complete, String... hosts) {
        return new Membership(
                POOL,
                1,
                complete,
                Arrays.stream(hosts)
                        .map(host -> Replica.at(new ReplicaAddress(host, 9000)))
                        .toList());
    }
}
