package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.health.FaultEvents;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.routing.Route;
import io.flinkgpu.inference.pool.routing.Router;
import io.flinkgpu.inference.pool.routing.RouterConfig;
import io.flinkgpu.inference.pool.routing.RoutingRequest;
import io.grpc.Channel;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the clients of a process share that use the same pools: the router, the channels and the
 * lines of waiting calls. Safe for use by many threads.
 */
final class PoolConnection {

    private static final Logger LOG = LoggerFactory.getLogger(PoolConnection.class);

    private final PoolClientConfig config;
    private final ClientTimings timings;
    private final ClientThreads threads;
    private final Router router;
    private final ReplicaChannels channels;
    private final MembershipHistory history = new MembershipHistory();
    private final Map<ServedModel, WaitingLine> lines = new ConcurrentHashMap<>();
    private final Set<ReplicaAddress> lost = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean lookIsDue = new AtomicBoolean();
    private final FaultTolerance faults;
    @Nullable private final ScheduledFuture<?> sweeps;
    private volatile List<Membership> members = List.of();

    /**
     * A connection that connects to nothing yet.
     *
     * @throws IOException if a file that the configuration names cannot be used
     */
    PoolConnection(
            PoolClientConfig config, String localNode, ClientTimings timings, ClientThreads threads)
            throws IOException {
        this.config = config;
        this.timings = timings;
        this.threads = threads;
        this.channels = new ReplicaChannels(config, threads);
        this.router =
                new Router(
                        RouterConfig.of(localNode, config.maxInFlightBatches())
                                .withAdaptiveConcurrency(config.faults().adaptiveConcurrency()),
                        System::nanoTime);
        this.faults = new FaultTolerance(config.faults(), router, FaultEvents.ofProcess());
        this.sweeps = startSweeps();
    }

    @Nullable
    private ScheduledFuture<?> startSweeps() {
        if (!config.faults().ejection().enabled()) {
            return null;
        }
        long interval = config.faults().ejection().interval().toNanos();
        return threads.timer()
                .scheduleWithFixedDelay(faults::sweep, interval, interval, TimeUnit.NANOSECONDS);
    }

    PoolClientConfig config() {
        return config;
    }

    ClientTimings timings() {
        return timings;
    }

    FaultTolerance faults() {
        return faults;
    }

    Router router() {
        return router;
    }

    /** The members as they were last heard of. */
    List<Membership> members() {
        return members;
    }

    /** Takes the members over; the same news from several subtasks counts once. */
    void membersChanged(List<Membership> pools) {
        synchronized (history) {
            if (!history.isNews(pools)) {
                return;
            }
            Set<ReplicaAddress> addresses = addresses(pools);
            channels.update(addresses);
            router.update(pools);
            faults.setMembers(pools, addresses);
            lost.retainAll(addresses);
            members = pools;
        }
        advance();
    }

    /** Queues a call behind the others of its model. */
    void join(WaitingCall call) {
        lookAgainIf(line(call.routing().model()).join(call));
    }

    /** Queues a call that has waited before, in front of the others of its model. */
    void rejoin(WaitingCall call) {
        lookAgainIf(line(call.routing().model()).rejoin(call));
    }

    /** Starts waiting calls; to be called whenever a route has ended. */
    void advance() {
        boolean left = false;
        for (WaitingLine line : lines.values()) {
            left |= line.advance();
        }
        lookAgainIf(left);
    }

    /** A place on a replica that the request does not avoid, out of turn. */
    Optional<Route> pickOther(RoutingRequest request) {
        Optional<Route> route = router.pick(request);
        if (route.isPresent() && request.avoided().contains(route.get().replica().address())) {
            route.get().refused(0);
            return Optional.empty();
        }
        return route;
    }

    Optional<Channel> channel(ReplicaAddress address) {
        return channels.to(address);
    }

    /** Does something soon, on another thread. */
    void execute(Runnable work) {
        threads.workers().execute(work);
    }

    /** Does something later; {@code work} must not take long. */
    ScheduledFuture<?> schedule(Runnable work, long nanos) {
        return threads.timer().schedule(work, nanos, TimeUnit.NANOSECONDS);
    }

    /** A random time to pause before the next try, which doubles with each. */
    long pauseNanos(int pausesBefore) {
        return timings.pauses()
                .pause(pausesBefore, ThreadLocalRandom.current().nextDouble())
                .toNanos();
    }

    /** Tells people of a replica, once until it answers. */
    void replicaLost(AttemptFailure failure) {
        if (lost.add(failure.replica())) {
            LOG.warn("Batches of a lost replica go to others. It is {}.", failure.describe());
        }
    }

    void replicaAnswered(ReplicaAddress replica) {
        if (!lost.isEmpty() && lost.remove(replica)) {
            LOG.info("Replica {} answers again.", replica);
        }
    }

    void close() {
        if (sweeps != null) {
            sweeps.cancel(false);
        }
        channels.close();
    }

    private static Set<ReplicaAddress> addresses(List<Membership> pools) {
        return pools.stream()
                .flatMap(pool -> pool.replicas().stream())
                .map(Replica::address)
                .collect(Collectors.toSet());
    }

    private WaitingLine line(ServedModel model) {
        return lines.computeIfAbsent(model, name -> new WaitingLine(router));
    }

    /** The end of a rest is no event: while calls wait, it is looked for. */
    private void lookAgainIf(boolean callsAreLeft) {
        if (callsAreLeft && lookIsDue.compareAndSet(false, true)) {
            try {
                ScheduledFuture<?> unused = schedule(this::look, timings.look().toNanos());
            } catch (RejectedExecutionException shutDown) {
                lookIsDue.set(false);
            }
        }
    }

    private void look() {
        lookIsDue.set(false);
        advance();
    }
}
