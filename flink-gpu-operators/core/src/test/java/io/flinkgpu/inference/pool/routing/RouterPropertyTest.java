package io.flinkgpu.inference.pool.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ReplicaDevice;
import io.flinkgpu.inference.pool.ReplicaLoad;
import io.flinkgpu.inference.pool.ReplicaState;
import io.flinkgpu.inference.pool.ServedModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RouterPropertyTest {

    private static final ServedModel MODEL = new ServedModel("digits", "");
    private static final ServedModel OTHER_MODEL = new ServedModel("faces", "1");
    private static final List<PoolAddress> POOLS =
            List.of(
                    PoolAddress.parse("static://first:1"),
                    PoolAddress.parse("static://second:1?weight=2"));
    private static final int MOST_REPLICAS = 12;

    /** A router, and what its user did with it. */
    private static final class Session {

        private final Random random;
        private final int limit;
        private final Router router;
        private final List<Route> routes = new ArrayList<>();
        private Set<ReplicaAddress> suitable = Set.of();
        private long now;

        Session(long seed, int limit) {
            this.random = new Random(seed);
            this.limit = limit;
            this.router = new Router(RouterConfig.of("h0", limit), () -> now, random::nextDouble);
        }

        void step() {
            switch (random.nextInt(10)) {
                case 0 -> update();
                case 1 -> now += random.nextLong(TimeUnit.MILLISECONDS.toNanos(300));
                case 2, 3, 4 -> end();
                default -> pick();
            }
            assertThat(inFlight().values()).allMatch(count -> count <= limit);
        }

        void endAll() {
            while (!routes.isEmpty()) {
                end();
            }
        }

        private void update() {
            Set<ReplicaAddress> serving = new HashSet<>();
            List<Membership> pools = new ArrayList<>();
            int first = random.nextInt(MOST_REPLICAS / 2);
            pools.add(members(POOLS.get(0), 0, first, serving));
            pools.add(members(POOLS.get(1), MOST_REPLICAS / 2, MOST_REPLICAS, serving));
            router.update(pools);
            suitable = serving;
        }

        private Membership members(
                PoolAddress pool, int from, int to, Set<ReplicaAddress> serving) {
            List<Replica> replicas = new ArrayList<>();
            for (int i = from; i < to; i++) {
                if (random.nextInt(4) > 0) {
                    Replica replica = replica(i);
                    replicas.add(replica);
                    if (replica.takes(MODEL)) {
                        serving.add(replica.address());
                    }
                }
            }
            return new Membership(pool, random.nextInt(), true, replicas);
        }

        private Replica replica(int index) {
            String host = "h" + index;
            ReplicaState state =
                    random.nextInt(5) == 0 ? ReplicaState.UNHEALTHY : ReplicaState.READY;
            Set<ServedModel> models = random.nextInt(5) == 0 ? Set.of(OTHER_MODEL) : Set.of();
            return new Replica(
                    new ReplicaAddress(host, 9000),
                    host,
                    ReplicaDevice.unknown(),
                    state,
                    models,
                    ReplicaLoad.idle());
        }

        private void end() {
            if (routes.isEmpty()) {
                return;
            }
            Route route = routes.remove(random.nextInt(routes.size()));
            switch (random.nextInt(4)) {
                case 0 -> route.lost();
                case 1 -> route.refused(random.nextInt(100));
                default -> route.succeeded(random.nextInt(1_000_000));
            }
        }

        private void pick() {
            Set<ReplicaAddress> avoided =
                    suitable.stream()
                            .filter(address -> random.nextInt(4) == 0)
                            .collect(Collectors.toSet());
            Set<ReplicaAddress> awake = awake();
            Set<ReplicaAddress> free = free(awake);

            Optional<Route> picked =
                    router.pick(new RoutingRequest(MODEL, random.nextLong(), 3, avoided));

            boolean others = !avoided.containsAll(awake);
            Set<ReplicaAddress> allowed = new HashSet<>(free);
            if (others) {
                allowed.removeAll(avoided);
            }
            assertThat(picked.isPresent()).isEqualTo(!allowed.isEmpty());
            picked.ifPresent(route -> assertThat(allowed).contains(route.replica().address()));
            picked.ifPresent(routes::add);
        }

        private Set<ReplicaAddress> awake() {
            return router.snapshot().stream()
                    .filter(view -> !view.resting() && suitable.contains(view.address()))
                    .map(ReplicaLoadView::address)
                    .collect(Collectors.toSet());
        }

        private Set<ReplicaAddress> free(Set<ReplicaAddress> awake) {
            Map<ReplicaAddress, Long> inFlight = inFlight();
            return awake.stream()
                    .filter(address -> inFlight.getOrDefault(address, 0L) < limit)
                    .collect(Collectors.toSet());
        }

        private Map<ReplicaAddress, Long> inFlight() {
            Map<ReplicaAddress, Long> counts = new HashMap<>();
            routes.forEach(route -> counts.merge(route.replica().address(), 1L, Long::sum));
            return counts;
        }
    }

    @Property(tries = 200)
    void picksAFreeReplicaWheneverThereIsOneAndNeverAnother(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int limit) {
        Session session = new Session(seed, limit);

        for (int i = 0; i < 300; i++) {
            session.step();
        }

        session.endAll();
        assertThat(session.router.snapshot())
                .allMatch(view -> view.inFlightBatches() == 0 && view.inFlightRows() == 0);
    }

    @Property(tries = 10)
    void holdsTheLimitWhateverManyThreadsDo(@ForAll long seed) throws InterruptedException {
        Router router = new Router(RouterConfig.of("", 2), System::nanoTime);
        router.update(List.of(new Membership(POOLS.get(0), 1, true, replicas(4))));
        OpenRoutes open = new OpenRoutes(2);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Random random = new Random(seed + i);
            threads.add(new Thread(() -> use(router, random, open)));
        }

        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(open.exceeded).isFalse();
        assertThat(router.snapshot())
                .hasSize(4)
                .allMatch(view -> view.inFlightBatches() == 0 && view.inFlightRows() == 0);
        assertThat(free(router)).isEqualTo(8);
    }

    private static void use(Router router, Random random, OpenRoutes open) {
        for (int i = 0; i < 2_000; i++) {
            RoutingRequest request = new RoutingRequest(MODEL, random.nextLong(), 5, Set.of());
            Optional<Route> picked = router.pick(request);
            if (picked.isEmpty()) {
                continue;
            }
            Route route = picked.get();
            open.opened(route);
            Thread.onSpinWait();
            open.ends(route);
            if (random.nextInt(20) == 0) {
                route.refused(0);
            } else {
                route.succeeded(1 + random.nextInt(1_000));
            }
        }
    }

    /** How many routes can be opened now. */
    private static int free(Router router) {
        int count = 0;
        while (router.pick(new RoutingRequest(MODEL, count, 1, Set.of())).isPresent()) {
            count++;
        }
        return count;
    }

    private static List<Replica> replicas(int count) {
        List<Replica> replicas = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            replicas.add(Replica.at(new ReplicaAddress("h" + i, 9000)));
        }
        return replicas;
    }

    /** Counts the routes of each replica that are surely open. */
    private static final class OpenRoutes {

        private final Map<ReplicaAddress, Integer> counts = new HashMap<>();
        private final int limit;
        private boolean exceeded;

        OpenRoutes(int limit) {
            this.limit = limit;
        }

        synchronized void opened(Route route) {
            exceeded |= counts.merge(route.replica().address(), 1, Integer::sum) > limit;
        }

        synchronized void ends(Route route) {
            counts.merge(route.replica().address(), -1, Integer::sum);
        }
    }
}
