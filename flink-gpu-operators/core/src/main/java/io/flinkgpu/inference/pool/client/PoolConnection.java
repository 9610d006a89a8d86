package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.health.FailureDetectors;
import io.flinkgpu.inference.health.FaultEvents;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.routing.ReplicaLoadView;
import io.flinkgpu.inference.pool.routing.Route;
import io.flinkgpu.inference.pool.routing.Router;
import io.flinkgpu.inference.pool.routing.RouterConfig;
import io.flinkgpu.inference.pool.routing.RoutingRequest;
import io.grpc.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the clients of a process share that use the same pools: the members, the channels to them,
 * the lines of waiting calls, and what is known of the replicas' health.
 *
 * <p>Calls say what happened to them and ask what they may do; the parts stay in here. Safe for use
 * by many threads.
 */
final class PoolConnection {

    private static final Logger LOG = LoggerFactory.getLogger(PoolConnection.class);

    private final PoolClientConfig config;
    private final ClientTimings timings;
    private final ClientThreads threads;
    private final Router router;
    private final ReplicaChannels channels;
    private final WaitingLines lines;
    private final FaultTolerance faults;
    private final KnownMembers known = new KnownMembers();
    private final Set<ReplicaAddress> lost = ConcurrentHashMap.newKeySet();

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
        this.lines =
                new WaitingLines(router, threads.timer(), timings.look(), config.maxMergedRows());
        this.faults =
                new FaultTolerance(
                        config.faults(),
                        router,
                        FaultEvents.ofProcess(),
                        FailureDetectors.ofProcess(),
                        System::nanoTime);
        faults.start(threads.timer());
    }

    /** Takes the members over; the same news from several subtasks counts once. */
    void membersChanged(List<Membership> told) {
        synchronized (known) {
            if (!known.update(told)) {
                return;
            }
            List<Membership> pools = known.pools();
            Set<ReplicaAddress> addresses = addresses(pools);
            channels.update(addresses);
            router.update(pools);
            faults.setMembers(pools, addresses);
            lost.retainAll(addresses);
        }
        lines.advance();
    }

    /** The members that serve a model, be they full or resting. */
    List<ReplicaAddress> members(ServedModel model) {
        return router.members(model);
    }

    /** All members as they are, for people. */
    List<ReplicaLoadView> replicas() {
        return router.snapshot();
    }

    /** Queues a call behind the others of its model. */
    void join(WaitingCall call) {
        lines.join(call);
    }

    /** Queues calls of one model that have waited before, in front of the others. */
    void rejoin(List<? extends WaitingCall> calls) {
        lines.rejoin(calls);
    }

    /** Calls that wait in line; for tests. */
    int waiting() {
        return lines.size();
    }

    /** A request of several calls with so many rows was refused, perhaps because they are many. */
    void refusedMerged(ServedModel model, int rows) {
        lines.refused(model, rows);
    }

    /** Starts waiting calls; to be called whenever a route has ended. */
    void advance() {
        lines.advance();
    }

    /** A place on a replica that the request does not avoid, out of turn. */
    Optional<Route> pickOther(RoutingRequest request) {
        Optional<Route> route = router.pick(request);
        if (route.isPresent() && request.avoided().contains(route.get().replica().address())) {
            route.get().unused();
            return Optional.empty();
        }
        return route;
    }

    /** The way to a replica; empty if it is not a member any more. */
    Optional<Channel> channel(ReplicaAddress address) {
        return channels.to(address);
    }

    /** Does something soon, on another thread. */
    void execute(Runnable work) {
        threads.workers().execute(work);
    }

    /**
     * Does something soon, on the calling worker as soon as it has finished what it does, else on
     * another thread; never before this returns.
     */
    void executeNext(Runnable work) {
        threads.workers().executeNext(work);
    }

    /** Does something later; {@code work} must not take long. */
    ScheduledFuture<?> schedule(Runnable work, long nanos) {
        return threads.timer().schedule(work, nanos, TimeUnit.NANOSECONDS);
    }

    /** Does something after a random pause, which doubles with each; it must not take long. */
    void pause(Runnable work, int pausesBefore) {
        Duration pause =
                timings.pauses().pause(pausesBefore, ThreadLocalRandom.current().nextDouble());
        ScheduledFuture<?> unused = schedule(work, pause.toNanos());
    }

    /** How long one attempt may take. */
    Duration attemptTimeout() {
        return config.attemptTimeout();
    }

    /** What a new call of a model does about failures. */
    RetryDecision retriesOf(ServedModel model) {
        return new RetryDecision(model, timings.modelPatience(), System::nanoTime);
    }

    /** After what time a call that starts may be sent to a second replica; empty: never. */
    Optional<Duration> hedgeAfter() {
        return faults.hedgeAfter();
    }

    /** Whether a late call may be sent to a second replica; counts it if so. */
    boolean mayHedge() {
        return faults.mayHedge();
    }

    /** A late call was sent to a second replica. */
    void hedged(ReplicaAddress second, int rows, Duration after) {
        faults.hedged(second, rows, after);
    }

    /**
     * A replica answered.
     *
     * @param guilty replicas that failed to run the same rows
     */
    void answered(ReplicaAddress replica, int rows, long nanos, List<ReplicaAddress> guilty) {
        if (!lost.isEmpty() && lost.remove(replica)) {
            LOG.info("Replica {} answers again.", replica);
        }
        faults.succeeded(replica, rows, nanos);
        guilty.forEach(faults::strike);
    }

    /**
     * A replica gave no answer; people are told of one that is lost once until it answers.
     *
     * @param blamed whether the attempt ended before the call's own deadline
     */
    void failed(AttemptFailure failure, int rows, Duration time, boolean blamed) {
        if (blamed && failure.kind() == AttemptFailure.Kind.LOST && lost.add(failure.replica())) {
            LOG.warn("Batches of a lost replica go to others. It is {}.", failure.describe());
        }
        faults.failed(failure, rows, time, blamed);
    }

    /** Whether a failed call pauses because too many fail; counts the failure. */
    boolean throttles(AttemptFailure failure) {
        return faults.throttles(failure);
    }

    /** The client has waited too long: the replicas that it waits for may be stuck. */
    void moveOnFrom(Collection<ReplicaAddress> replicas) {
        replicas.forEach(replica -> faults.silent(replica, timings.silence()));
    }

    /** After what time a replica that answers nobody is taken as stuck. */
    Duration silence() {
        return timings.silence();
    }

    void close() {
        faults.close();
        channels.close();
    }

    private static Set<ReplicaAddress> addresses(List<Membership> pools) {
        return pools.stream()
                .flatMap(pool -> pool.replicas().stream())
                .map(Replica::address)
                .collect(Collectors.toSet());
    }
}
