package io.flinkgpu.inference.pool.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ReplicaLoad;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownMembersTest {

    private static final PoolAddress POOL = PoolAddress.parse("flink://jobmanager:8081/p");
    private static final PoolAddress OTHER = PoolAddress.parse("dns://replicas:9000");

    private final KnownMembers known = new KnownMembers();

    @Test
    void keepsWhatANeighbourHasSeenWhenACoordinatorKnowsNothingYet() {
        tell(seen(POOL, 7, "a", "b"));

        assertThat(tell(Membership.unknown(POOL))).isFalse();

        assertThat(hosts()).containsExactly("a", "b");
    }

    @Test
    void keepsWhatANeighbourHasSeenWhenARestoredCoordinatorRemembersLess() {
        tell(seen(POOL, 7, "a", "b", "c"));

        assertThat(tell(Membership.remembered(POOL, replicas("a")))).isFalse();

        assertThat(hosts()).containsExactly("a", "b", "c");
    }

    @Test
    void takesWhatIsRememberedWhileNobodyHasSeenThePool() {
        tell(Membership.unknown(POOL));

        assertThat(tell(Membership.remembered(POOL, replicas("a")))).isTrue();
        assertThat(tell(Membership.unknown(POOL))).isFalse();
        assertThat(hosts()).containsExactly("a");

        assertThat(tell(seen(POOL, 7))).isTrue();
        assertThat(hosts()).isEmpty();
    }

    @Test
    void doesNotGoBackToWhatASlowSubtaskHearsLate() {
        tell(seen(POOL, 1, "a", "b"));
        tell(seen(POOL, 2, "a", "c"));

        assertThat(tell(seen(POOL, 1, "a", "b"))).isFalse();

        assertThat(hosts()).containsExactly("a", "c");
    }

    @Test
    void doesNotGoBackToWhatANeighboursCoordinatorSawUnderAnotherLoad() {
        tell(seen(POOL, 1, "a", "b"));
        tell(seen(POOL, 2, "a", "c"));

        assertThat(tell(underLoad(seen(POOL, 1, "a", "b")))).isFalse();
        assertThat(tell(underLoad(seen(POOL, 2, "a", "c")))).isFalse();

        assertThat(hosts()).containsExactly("a", "c");
    }

    @Test
    void takesMembersThatComeBackUnderANewVersion() {
        tell(seen(POOL, 1, "a", "b"));
        tell(seen(POOL, 2, "a", "c"));

        assertThat(tell(seen(POOL, 3, "a", "b"))).isTrue();

        assertThat(hosts()).containsExactly("a", "b");
    }

    @Test
    void takesAnotherLifeOfTheRegistryWhoseVersionsAreLower() {
        tell(seen(POOL, 100, "a", "b"));

        assertThat(tell(seen(POOL, 3, "c"))).isTrue();

        assertThat(hosts()).containsExactly("c");
    }

    @Test
    void takesNewsOfOnePoolWithoutWhatIsOldOfAnother() {
        known.update(List.of(seen(POOL, 1, "a"), seen(OTHER, 5, "x")));
        known.update(List.of(seen(POOL, 2, "b"), seen(OTHER, 5, "x")));

        assertThat(known.update(List.of(seen(POOL, 1, "a"), seen(OTHER, 6, "y")))).isTrue();

        assertThat(hosts()).containsExactly("b", "y");
    }

    private boolean tell(Membership membership) {
        return known.update(List.of(membership));
    }

    private List<String> hosts() {
        return known.pools().stream()
                .flatMap(pool -> pool.replicas().stream())
                .map(replica -> replica.address().host())
                .toList();
    }

    private static Membership seen(PoolAddress pool, long version, String... hosts) {
        return new Membership(pool, version, true, replicas(hosts));
    }

    private static List<Replica> replicas(String... hosts) {
        return Arrays.stream(hosts)
                .map(host -> Replica.at(new ReplicaAddress(host, 9000)))
                .toList();
    }

    private static Membership underLoad(Membership idle) {
        return new Membership(
                idle.pool(),
                idle.version(),
                idle.complete(),
                idle.replicas().stream()
                        .map(
                                replica ->
                                        new Replica(
                                                replica.address(),
                                                replica.node(),
                                                replica.device(),
                                                replica.state(),
                                                replica.models(),
                                                new ReplicaLoad(7, 1, 100, 3.5)))
                        .toList());
    }
}
