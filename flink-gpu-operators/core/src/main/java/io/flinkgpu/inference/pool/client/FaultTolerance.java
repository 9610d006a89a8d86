package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.fault.HedgePolicy;
import io.flinkgpu.inference.fault.OutlierEjection;
import io.flinkgpu.inference.fault.RetryBudget;
import io.flinkgpu.inference.fault.SuccessRateOutliers;
import io.flinkgpu.inference.health.FailureDetectors;
import io.flinkgpu.inference.health.FaultEvent;
import io.flinkgpu.inference.health.FaultEvents;
import io.flinkgpu.inference.health.Level;
import io.flinkgpu.inference.health.Observation;
import io.flinkgpu.inference.health.Suspicion;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.routing.Router;
import io.grpc.Status;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policies that the clients of a connection share: the retry budget, who is ejected, and who is
 * asked twice. Safe for use by many threads.
 */
final class FaultTolerance {

    private static final Logger LOG = LoggerFactory.getLogger(FaultTolerance.class);
    private static final double SLOW_FACTOR = 3;
    private static final int SLOW_SWEEPS = 3;

    private final PoolFaultConfig config;
    private final Router router;
    private final FaultEvents events;
    private final RetryBudgets budgets;
    private final OutlierEjection<ReplicaAddress> ejection;
    private final SuccessRateOutliers<ReplicaAddress> successRates =
            new SuccessRateOutliers<>(SuccessRateOutliers.Rules.defaults());
    private final HedgePolicy hedging;
    private final FailureDetectors detectors;
    private final LongSupplier nanoClock;
    private final Map<ReplicaAddress, Long> lastAnswers = new HashMap<>();
    private final Set<ReplicaAddress> ejected = new HashSet<>();
    private Set<ReplicaAddress> members = Set.of();
    private final FaultEvents.Registration suspicions;
    @Nullable private ScheduledFuture<?> sweeps;

    /**
     * Knows no replicas yet.
     *
     * @param detectors which are told of calls, and whose suspicions eject replicas
     * @param nanoClock such as {@link System#nanoTime()}
     */
    FaultTolerance(
            PoolFaultConfig config,
            Router router,
            FaultEvents events,
            FailureDetectors detectors,
            LongSupplier nanoClock) {
        this.config = config;
        this.router = router;
        this.events = events;
        this.detectors = detectors;
        this.nanoClock = nanoClock;
        this.budgets =
                new RetryBudgets(
                        () -> new RetryBudget(config.retryMaxTokens(), config.retryTokenRatio()));
        this.ejection = new OutlierEjection<>(rules(config.ejection()), nanoClock);
        this.hedging = new HedgePolicy(config.hedgeMaxShare());
        this.suspicions = detectors.listen(this::suspected);
    }

    /** Compares the replicas from time to time, from here on. */
    void start(ScheduledExecutorService timer) {
        if (config.ejection().enabled()) {
            long interval = config.ejection().interval().toNanos();
            sweeps =
                    timer.scheduleWithFixedDelay(
                            this::sweep, interval, interval, TimeUnit.NANOSECONDS);
        }
    }

    void close() {
        suspicions.close();
        if (sweeps != null) {
            sweeps.cancel(false);
        }
    }

    private static OutlierEjection.Rules rules(PoolFaultConfig.Ejection ejection) {
        return new OutlierEjection.Rules(
                ejection.consecutiveFailures(),
                ejection.first(),
                ejection.max(),
                ejection.maxShare(),
                SLOW_FACTOR,
                SLOW_SWEEPS);
    }

    synchronized void setMembers(List<Membership> pools, Set<ReplicaAddress> replicas) {
        budgets.setMembers(pools);
        ejection.setMembers(replicas);
        members = Set.copyOf(replicas);
        ejected.retainAll(replicas);
        lastAnswers.keySet().retainAll(replicas);
    }

    /** A replica answered a batch. */
    void succeeded(ReplicaAddress replica, int rows, long nanos) {
        budgets.of(replica).succeeded();
        observe(replica, rows, Duration.ofNanos(nanos), null);
        boolean returned;
        synchronized (this) {
            // What it has answers while it is ejected, too; only afterwards that is news.
            returned = !ejection.isEjected(replica) && ejected.remove(replica);
            ejection.succeeded(replica, nanos / Math.max(1, rows));
            successRates.answered(replica, true);
            lastAnswers.put(replica, nanoClock.getAsLong());
            hedging.answered(Duration.ofNanos(nanos));
        }
        if (returned) {
            events.happened(new FaultEvent.ReplicaReturned(replica.toString()));
        }
    }

    /**
     * A replica gave no answer; it may be ejected for it.
     *
     * @param blamed whether the attempt ended before the call's own deadline
     */
    void failed(AttemptFailure failure, int rows, Duration time, boolean blamed) {
        String replica = failure.replica().toString();
        boolean lost = failure.kind() == AttemptFailure.Kind.LOST && blamed;
        boolean timedOut = failure.status().getCode() == Status.Code.DEADLINE_EXCEEDED && blamed;
        if (lost) {
            observe(
                    failure.replica(),
                    rows,
                    time,
                    timedOut ? ErrorClass.TIMEOUT : ErrorClass.CONNECTION);
            strike(failure.replica());
        } else if (failure.isOfRun()) {
            observe(failure.replica(), rows, time, failure.errorClass());
        }
        if (failure.kind() == AttemptFailure.Kind.SPILLED_BACK) {
            events.happened(new FaultEvent.SpilledBack(replica, rows, time));
        } else if (timedOut) {
            events.happened(new FaultEvent.AttemptTimedOut(replica, rows, time));
        }
    }

    /** Counts a failure where another replica would not have failed; it may be ejected for it. */
    void strike(ReplicaAddress replica) {
        boolean tooOften;
        synchronized (this) {
            successRates.answered(replica, false);
            tooOften = config.ejection().enabled() && ejection.failed(replica);
        }
        if (tooOften) {
            eject(replica, config.ejection().consecutiveFailures() + " failures in a row");
        }
    }

    /** A replica holds a batch for so long; it is ejected unless it answered others since. */
    void silent(ReplicaAddress replica, Duration time) {
        boolean allowed;
        synchronized (this) {
            Long answered = lastAnswers.get(replica);
            if (answered != null && nanoClock.getAsLong() - answered < time.toNanos()) {
                return;
            }
            allowed = config.ejection().enabled() && ejection.eject(replica);
        }
        if (allowed) {
            eject(replica, "does not answer");
        }
    }

    /**
     * Whether a failed batch pauses because too many fail; counts the failure. What a replica gave
     * back costs nothing, and failed runs, which may be the rows' fault, have a bound of their own.
     */
    boolean throttles(AttemptFailure failure) {
        boolean costs =
                failure.kind() == AttemptFailure.Kind.LOST
                        || failure.kind() == AttemptFailure.Kind.PUSHED_BACK;
        if (!costs || budgets.of(failure.replica()).failed()) {
            return false;
        }
        events.happened(new FaultEvent.RetryThrottled(failure.replica().toString()));
        return true;
    }

    /** Compares the replicas, from time to time. */
    void sweep() {
        Set<ReplicaAddress> slow;
        Set<ReplicaAddress> failing;
        synchronized (this) {
            slow = ejection.sweep();
            failing = successRates.sweep();
            failing.removeIf(replica -> !ejection.eject(replica));
        }
        slow.forEach(replica -> eject(replica, "slower than the others"));
        failing.forEach(replica -> eject(replica, "fails more often than the others"));
    }

    /** After what time a call that starts may be sent to a second replica; empty: never. */
    synchronized Optional<Duration> hedgeAfter() {
        return hedging.started();
    }

    /** Whether a late call may be sent to a second replica; counts it if so. */
    synchronized boolean mayHedge() {
        return hedging.tryHedge();
    }

    /** A late call was sent to a second replica. */
    void hedged(ReplicaAddress second, int rows, Duration after) {
        events.happened(new FaultEvent.Hedged(second.toString(), rows, after));
    }

    private void observe(
            ReplicaAddress replica, int rows, Duration time, @Nullable ErrorClass failedOf) {
        detectors.observed(
                new Observation(Level.REPLICA, replica.toString(), rows, time, failedOf));
    }

    /** A detector suspects something; replicas of others are not ours to eject. */
    private void suspected(Suspicion suspicion) {
        if (suspicion.level() != Level.REPLICA) {
            return;
        }
        ReplicaAddress replica;
        boolean allowed;
        synchronized (this) {
            Optional<ReplicaAddress> member = member(suspicion.subject());
            if (member.isEmpty() || !config.ejection().enabled()) {
                return;
            }
            replica = member.get();
            allowed = ejection.eject(replica);
        }
        if (allowed) {
            eject(replica, suspicion.reason());
        } else {
            LOG.warn(
                    "Replica {} goes on, as it rests already or too many others do: {}.",
                    replica,
                    suspicion.reason());
        }
    }

    private Optional<ReplicaAddress> member(String address) {
        return members.stream().filter(known -> known.toString().equals(address)).findFirst();
    }

    private void eject(ReplicaAddress replica, String reason) {
        Duration length;
        synchronized (this) {
            length = ejection.ejectedFor(replica);
            ejected.add(replica);
        }
        router.eject(replica, length);
        events.happened(new FaultEvent.ReplicaEjected(replica.toString(), reason, length));
    }
}
