package io.flinkgpu.inference.pool.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ReplicaDevice;
import io.flinkgpu.inference.pool.ReplicaLoad;
import io.flinkgpu.inference.pool.ReplicaState;
import io.flinkgpu.inference.pool.ServedModel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RouterTest {

    private static final ServedModel MODEL = new ServedModel("digits", "");
    private static final PoolAddress POOL = PoolAddress.parse("static://pool:1");
    private static final PoolAddress HEAVY_POOL = PoolAddress.parse("static://heavy:1?weight=3");

    private final AtomicLong clock = new AtomicLong(-1_000);
    private final Router router = new Router(RouterConfig.of("here", 2), clock::get, () -> 0);
    private final Random keys = new Random(42);

    @Test
    void findsNothingWithoutMembers() {
        assertThat(pick()).isEmpty();
        assertThat(router.hasMembers(MODEL)).isFalse();
        assertThat(router.snapshot()).isEmpty();
    }

    @Test
    void fillsAReplicaUpToItsLimit() {
        update(replica("a"));

        Route first = pick().orElseThrow();
        Route second = pick().orElseThrow();

        assertThat(pick()).isEmpty();
        first.succeeded(1_000);
        assertThat(pick()).isPresent();
        second.succeeded(1_000);
    }

    @Test
    void endsARouteOnce() {
        update(replica("a"));
        Route route = pick().orElseThrow();
        Route other = pick().orElseThrow();

        route.succeeded(1_000);
        route.lost();
        route.refused(1_000);

        assertThat(view("a").inFlightBatches()).isEqualTo(1);
        assertThat(view("a").resting()).isFalse();
        other.refused(0);
        assertThat(view("a").inFlightBatches()).isZero();
        assertThat(view("a").inFlightRows()).isZero();
    }

    @Test
    void choosesThoseThatServeTheModel() {
        Replica loading = replica("a", ReplicaState.LOADING, Set.of());
        Replica foreign = replica("b", ReplicaState.READY, Set.of(new ServedModel("faces", "1")));
        Replica suitable = replica("c", ReplicaState.READY, Set.of(new ServedModel("digits", "7")));
        update(loading, foreign, suitable);

        assertThat(pick().orElseThrow().replica()).isEqualTo(suitable);
        assertThat(router.members(MODEL)).containsExactly(suitable.address());
        assertThat(router.hasMembers(new ServedModel("digits", "8"))).isFalse();
    }

    @Test
    void restsALostReplicaLongerEachTime() {
        update(replica("a"));

        assertThat(restAfterLoss()).isEqualTo(Duration.ofMillis(100));
        assertThat(restAfterLoss()).isEqualTo(Duration.ofMillis(200));
        assertThat(restAfterLoss()).isEqualTo(Duration.ofMillis(400));
        for (int i = 0; i < 10; i++) {
            restAfterLoss();
        }
        assertThat(restAfterLoss()).isEqualTo(Duration.ofSeconds(10));

        pick().orElseThrow().succeeded(1_000);
        assertThat(restAfterLoss()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void shortensRestsByChance() {
        Router jittery = new Router(RouterConfig.of("", 2), clock::get, () -> 0.5);
        jittery.update(members(POOL, replica("a")));

        jittery.pick(request(1)).orElseThrow().lost();

        pass(Duration.ofMillis(90).minusNanos(1));
        assertThat(jittery.pick(request(1))).isEmpty();
        pass(Duration.ofNanos(1));
        assertThat(jittery.pick(request(1))).isPresent();
    }

    @Test
    void countsOneLossOfManyRequestsOnce() {
        update(replica("a"));
        Route first = pick().orElseThrow();
        Route second = pick().orElseThrow();

        first.lost();
        second.lost();

        pass(Duration.ofMillis(100));
        assertThat(pick()).isPresent();
    }

    @Test
    void triesALostReplicaWithOneRequestAtATime() {
        update(replica("a"));
        pick().orElseThrow().lost();
        pass(Duration.ofMillis(100));

        Route probe = pick().orElseThrow();

        assertThat(pick()).isEmpty();
        assertThat(view("a").resting()).isTrue();
        probe.succeeded(1_000);
        assertThat(pick()).isPresent();
        assertThat(pick()).isPresent();
    }

    @Test
    void triesAgainAfterAProbeWithoutAnAnswer() {
        update(replica("a"));
        pick().orElseThrow().lost();
        pass(Duration.ofMillis(100));

        pick().orElseThrow().refused(0);

        assertThat(pick()).isPresent();
        assertThat(pick()).isEmpty();
    }

    @Test
    void leavesAReplicaAloneForAsLongAsItAsks() {
        update(replica("a"));
        Route answered = pick().orElseThrow();
        pick().orElseThrow().refused(50);
        answered.succeeded(1_000);

        pass(Duration.ofMillis(50).minusNanos(1));
        assertThat(pick()).isEmpty();
        pass(Duration.ofNanos(1));
        assertThat(pick()).isPresent();
        assertThat(pick()).isPresent();
    }

    @Test
    void takesAvoidedReplicasOnlyIfThereIsNoOther() {
        update(replica("a"), replica("b"));
        Set<ReplicaAddress> avoided = Set.of(address("a"));

        assertThat(pick(avoided).orElseThrow().replica().address()).isEqualTo(address("b"));
        Route last = pick(avoided).orElseThrow();
        assertThat(pick(avoided)).isEmpty();

        last.lost();
        assertThat(pick(avoided).orElseThrow().replica().address()).isEqualTo(address("a"));
    }

    @Test
    void prefersTheSameNodeAtEqualLoad() {
        update(replica("a"), replica("here"));

        for (int i = 0; i < 100; i++) {
            Route route = pick().orElseThrow();
            assertThat(route.replica().node()).isEqualTo("here");
            route.succeeded(1_000);
        }
    }

    @Test
    void prefersTheLessLoadedReplicaOverTheSameNode() {
        update(replica("a"), replica("here"));
        Route local = pick().orElseThrow();

        assertThat(pick().orElseThrow().replica().node()).isEqualTo("a");
        assertThat(local.replica().node()).isEqualTo("here");
    }

    @Test
    void sharesByWeight() {
        router.update(
                List.of(
                        new Membership(POOL, 1, true, replicas("a", 10)),
                        new Membership(HEAVY_POOL, 1, true, replicas("b", 10))));

        Map<String, Integer> picked = pickMany(10_000);

        int heavy =
                picked.entrySet().stream()
                        .filter(entry -> entry.getKey().startsWith("b"))
                        .mapToInt(Map.Entry::getValue)
                        .sum();
        // Standard deviation of a share of 10,000 draws: 0.0043.
        assertThat(heavy / 10_000.0).isCloseTo(0.75, within(0.02));
    }

    @Test
    void fallsOverToAnotherPool() {
        router.update(
                List.of(
                        new Membership(POOL, 1, true, replicas("a", 1)),
                        new Membership(HEAVY_POOL, 1, true, replicas("b", 1))));

        for (int i = 0; i < 4; i++) {
            assertThat(pick()).isPresent();
        }

        assertThat(pick()).isEmpty();
    }

    @Test
    void givesSlowReplicasLess() {
        router.update(List.of(new Membership(POOL, 1, true, replicas("a", 10))));
        ReplicaAddress slow = address("a0");
        ArrayDeque<Runnable> finished = new ArrayDeque<>();
        Map<String, Integer> picked = new HashMap<>();

        for (int i = 0; i < 20_000; i++) {
            Route route = pick().orElseThrow();
            boolean isSlow = route.replica().address().equals(slow);
            picked.merge(route.replica().address().host(), 1, Integer::sum);
            finished.addLast(() -> route.succeeded(isSlow ? 10_000_000 : 1_000_000));
            if (finished.size() > 8) {
                finished.removeFirst().run();
            }
            pass(Duration.ofNanos(100_000));
        }

        int others = 20_000 - picked.getOrDefault("a0", 0);
        assertThat(picked.getOrDefault("a0", 0)).isLessThan(others / 9 / 3);
        assertThat(picked).containsKey("a0");
    }

    @Test
    void balancesEqualReplicas() {
        router.update(List.of(new Membership(POOL, 1, true, replicas("a", 100))));
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            routes.add(pick().orElseThrow());
        }

        long idle = router.snapshot().stream().filter(view -> view.inFlightBatches() == 0).count();

        // One random choice leaves 100/e = 37 idle; two leave 24 or fewer with overwhelming odds.
        assertThat(idle).isLessThan(30);
        routes.forEach(route -> route.succeeded(1_000));
    }

    @Test
    void meetsTheSameReplicaWithTheSameKey() {
        List<Replica> members = replicas("a", 50);
        Router another = new Router(RouterConfig.of("", 2), clock::get, () -> 0);
        router.update(List.of(new Membership(POOL, 1, true, members)));
        List<Replica> reversed = new ArrayList<>(members);
        Collections.reverse(reversed);
        another.update(List.of(new Membership(POOL, 9, false, reversed)));

        for (long key = 0; key < 100; key++) {
            Route route = router.pick(request(key)).orElseThrow();
            Route repeated = another.pick(request(key)).orElseThrow();
            assertThat(repeated.replica()).isEqualTo(route.replica());
            route.refused(0);
            repeated.refused(0);
        }
    }

    @Test
    void keepsWhatItKnowsOfReplicasThatStay() {
        update(replica("a"));
        Route before = pick().orElseThrow();
        Route answered = pick().orElseThrow();
        answered.succeeded(4_000);

        update(replica("b"), replica("a"));

        assertThat(view("a").inFlightBatches()).isEqualTo(1);
        assertThat(view("a").nanosPerRow()).isEqualTo(1_000);
        assertThat(view("b").nanosPerRow()).isZero();
        before.succeeded(4_000);
        assertThat(view("a").inFlightBatches()).isZero();
    }

    @Test
    void endsRoutesToReplicasThatHaveLeft() {
        update(replica("a"));
        Route first = pick().orElseThrow();
        Route second = pick().orElseThrow();

        update(replica("b"));
        assertThat(pick().orElseThrow().replica().address()).isEqualTo(address("b"));
        update(replica("a"));
        assertThat(pick()).isEmpty();
        first.succeeded(1_000);
        second.lost();

        assertThat(view("a").inFlightBatches()).isZero();
    }

    @Test
    void endsTheRestOfAReplicaThatBecomesReadyAnew() {
        update(replica("a"));
        pick().orElseThrow().lost();
        assertThat(pick()).isEmpty();

        update(replica("a", ReplicaState.LOADING, Set.of()));
        update(replica("a"));

        assertThat(pick()).isPresent();
    }

    @Test
    void findsTheOnlyFreeReplicaOfMany() {
        router.update(List.of(new Membership(POOL, 1, true, replicas("a", 1_000))));
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            routes.add(pick().orElseThrow());
        }
        assertThat(pick()).isEmpty();

        routes.get(1_234).succeeded(1_000);

        assertThat(pick().orElseThrow().replica()).isEqualTo(routes.get(1_234).replica());
    }

    private Duration restAfterLoss() {
        pick().orElseThrow().lost();
        long start = clock.get();
        long rest = 0;
        while (true) {
            Optional<Route> next = pick();
            if (next.isPresent()) {
                next.get().refused(0);
                return Duration.ofNanos(clock.get() - start);
            }
            rest += TimeUnit.MILLISECONDS.toNanos(10);
            clock.set(start + rest);
        }
    }

    private Map<String, Integer> pickMany(int count) {
        Map<String, Integer> picked = new HashMap<>();
        for (int i = 0; i < count; i++) {
            Route route = pick().orElseThrow();
            picked.merge(route.replica().address().host(), 1, Integer::sum);
            route.succeeded(1_000);
        }
        return picked;
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    private Optional<Route> pick() {
        return pick(Set.of());
    }

    private Optional<Route> pick(Set<ReplicaAddress> avoided) {
        return router.pick(new RoutingRequest(MODEL, keys.nextLong(), 4, avoided));
    }

    private static RoutingRequest request(long key) {
        return new RoutingRequest(MODEL, key, 4, Set.of());
    }

    private ReplicaLoadView view(String host) {
        return router.snapshot().stream()
                .filter(view -> view.address().equals(address(host)))
                .findFirst()
                .orElseThrow();
    }

    private void update(Replica... replicas) {
        router.update(members(POOL, replicas));
    }

    private static List<Membership> members(PoolAddress pool, Replica... replicas) {
        return List.of(new Membership(pool, 1, true, Arrays.asList(replicas)));
    }

    private static List<Replica> replicas(String prefix, int count) {
        List<Replica> replicas = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            replicas.add(replica(prefix + i));
        }
        return replicas;
    }

    private static Replica replica(String host) {
        return replica(host, ReplicaState.READY, Set.of());
    }

    private static Replica replica(String host, ReplicaState state, Set<ServedModel> models) {
        return new Replica(
                address(host), host, ReplicaDevice.unknown(), state, models, ReplicaLoad.idle());
    }

    private static ReplicaAddress address(String host) {
        return new ReplicaAddress(host, 9000);
    }
}
