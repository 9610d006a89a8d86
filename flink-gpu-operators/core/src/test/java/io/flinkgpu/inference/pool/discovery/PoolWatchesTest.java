package io.flinkgpu.inference.pool.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.pool.MembersChanged;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.MembershipListener;
import io.flinkgpu.inference.pool.MembershipWatch;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who watches, how long, and what clients hear. */
@Timeout(30)
class PoolWatchesTest {

    private static final PoolAddress POOL = PoolAddress.parse("testing://here/p");
    private static final PoolAddress OTHER = PoolAddress.parse("testing://here/q");
    private static final Replica ONE = Replica.at(ReplicaAddress.parse("gpu-1:9000"));
    private static final Replica TWO = Replica.at(ReplicaAddress.parse("gpu-2:9000"));

    private final TestingDiscovery discovery = new TestingDiscovery();
    private final PoolWatches watches = new PoolWatches(discovery.discoveries());
    private final Configuration options =
            new Configuration().set(PoolOptions.DISCOVERY_INTERVAL, Duration.ofMillis(1));

    @Test
    void tellsOfEachChange() {
        Heard heard = new Heard();
        try (MembershipWatch unused = watches.watch(List.of(POOL), options, heard)) {
            assertThat(heard.members(POOL)).isEmpty();
            discovery.setMembers(POOL, true, ONE);
            await().untilAsserted(() -> assertThat(heard.members(POOL)).containsExactly(ONE));

            discovery.setMembers(POOL, true, ONE, TWO);

            await().untilAsserted(() -> assertThat(heard.members(POOL)).containsExactly(ONE, TWO));
        }
    }

    @Test
    void clientsOfOnePoolShareItsWatchAndTheLastOneEndsIt() {
        Heard first = new Heard();
        Heard second = new Heard();
        MembershipWatch ofFirst = watches.watch(List.of(POOL), options, first);
        discovery.setMembers(POOL, true, ONE);
        await().untilAsserted(() -> assertThat(first.members(POOL)).containsExactly(ONE));

        MembershipWatch ofSecond = watches.watch(List.of(POOL), options, second);
        assertThat(second.members(POOL)).containsExactly(ONE);
        assertThat(discovery.opened).hasValue(1);

        ofFirst.close();
        ofFirst.close();
        assertThat(watches.size()).isEqualTo(1);
        ofSecond.close();
        assertThat(watches.size()).isZero();
        assertThat(discovery.closed).hasValue(1);
    }

    @Test
    void tellsAClientThatHasGoneNothingMore() {
        Heard gone = new Heard();
        Heard staying = new Heard();
        MembershipWatch ofGone = watches.watch(List.of(POOL), options, gone);
        try (MembershipWatch unused = watches.watch(List.of(POOL), options, staying)) {
            ofGone.close();
            discovery.setMembers(POOL, true, ONE);

            await().untilAsserted(() -> assertThat(staying.members(POOL)).containsExactly(ONE));
            assertThat(gone.members(POOL)).isEmpty();
        }
    }

    @Test
    void clientsThatAskInAnotherWayHaveAWatchOfTheirOwn() {
        Configuration secured = new Configuration(options);
        secured.setString("security.ssl.rest.enabled", "true");
        Configuration ofOtherJob = new Configuration(options);
        ofOtherJob.setString("pipeline.name", "another");
        try (MembershipWatch unused = watches.watch(List.of(POOL), options, event -> {});
                MembershipWatch unusedOther =
                        watches.watch(List.of(POOL), ofOtherJob, event -> {});
                MembershipWatch unusedSecured =
                        watches.watch(List.of(POOL), secured, event -> {})) {
            assertThat(watches.size()).isEqualTo(2);
        }
    }

    @Test
    void aClientOfSeveralPoolsHearsOfAllOfThemEachTime() {
        Heard heard = new Heard();
        try (MembershipWatch unused = watches.watch(List.of(POOL, OTHER), options, heard)) {
            discovery.setMembers(OTHER, true, TWO);
            discovery.setMembers(POOL, true, ONE);

            await().untilAsserted(
                            () -> {
                                assertThat(heard.members(POOL)).containsExactly(ONE);
                                assertThat(heard.members(OTHER)).containsExactly(TWO);
                            });
        }
    }

    @Test
    void keepsTheLastKnownMembersWhileAPoolCannotBeAsked() {
        Heard heard = new Heard();
        try (MembershipWatch unused = watches.watch(List.of(POOL), options, heard)) {
            discovery.setMembers(POOL, true, ONE, TWO);
            await().until(() -> heard.members(POOL).size() == 2);
            discovery.setUnreachable(true);
            discovery.setMembers(POOL, false, TWO);
            discovery.setUnreachable(false);

            await().untilAsserted(() -> assertThat(heard.last(POOL).complete()).isFalse());
            assertThat(heard.members(POOL)).containsExactlyInAnyOrder(ONE, TWO);
        }
    }

    @Test
    void refusesAPoolThatNobodyCanReadAndWatchesNone() {
        assertThatThrownBy(
                        () ->
                                watches.watch(
                                        List.of(POOL, PoolAddress.parse("consul://agent:8500/p")),
                                        options,
                                        event -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid pool address: 'consul://agent:8500/p'.");
        assertThat(watches.size()).isZero();
    }

    /** What a client has been told. */
    private static final class Heard implements MembershipListener {

        private final List<MembersChanged> events = new CopyOnWriteArrayList<>();

        @Override
        public void membersChanged(MembersChanged event) {
            events.add(event);
        }

        private Membership last(PoolAddress pool) {
            return events.get(events.size() - 1).pools().stream()
                    .filter(members -> members.pool().equals(pool))
                    .findFirst()
                    .orElseThrow();
        }

        private List<Replica> members(PoolAddress pool) {
            return last(pool).replicas();
        }
    }
}
