package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.fault.HedgePolicy;
import io.flinkgpu.inference.fault.OutlierEjection;
import io.flinkgpu.inference.fault.RetryBudget;
import io.flinkgpu.inference.fault.SuccessRateOutliers;
import io.flinkgpu.inference.health.FaultEvent;
import io.flinkgpu.inference.health.FaultEvents;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolFaultConfig;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.routing.Router;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The policies that the clients of a connection share: the retry budget, who is ejected, and who is
 * asked twice. Safe for use by many threads.
 */
final class FaultTolerance {

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
    private final Map<ReplicaAddress, Long> lastAnswers = new HashMap<>();
    private final Set<ReplicaAddress> ejected = new HashSet<>();

    FaultTolerance(PoolFaultConfig config, Router router, FaultEvents events) {
        this.config = config;
        this.router = router;
        this.events = events;
        this.budgets =
                new RetryBudgets(
                        () -> new RetryBudget(config.retryMaxTokens(), config.retryTokenRatio()));
        this.ejection = new OutlierEjection<>(rules(config.ejection()), System::nanoTime);
        this.hedging = new HedgePolicy(config.hedgeMaxShare());
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

    FaultEvents events() {
        return events;
    }

    synchronized void setMembers(List<Membership> pools, Set<ReplicaAddress> replicas) {
        budgets.setMembers(pools);
        ejection.setMembers(replicas);
        ejected.retainAll(replicas);
        lastAnswers.keySet().retainAll(replicas);
    }

    /** A replica answered a batch. */
    void succeeded(ReplicaAddress replica, int rows, long nanos) {
        budgets.of(replica).succeeded();
        boolean returned;
        synchronized (this) {
            // What it has answers while it is ejected, too; only afterwards that is news.
            returned = !ejection.isEjected(replica) && ejected.remove(replica);
            ejection.succeeded(replica, nanos / Math.max(1, rows));
            successRates.answered(replica, true);
            lastAnswers.put(replica, System.nanoTime());
            hedging.answered(Duration.ofNanos(nanos));
        }
        if (returned) {
            events.happened(new FaultEvent.ReplicaReturned(replica.toString()));
        }
    }

    /** A replica failed where another one would not have; it may be ejected for it. */
    void failed(ReplicaAddress replica) {
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
            if (answered != null && System.nanoTime() - answered < time.toNanos()) {
                return;
            }
            allowed = config.ejection().enabled() && ejection.eject(replica);
        }
        if (allowed) {
            eject(replica, "does not answer");
        }
    }

    /** Whether a failed batch may be tried again at once; counts the failure. */
    boolean mayRetryAtOnce(ReplicaAddress failed) {
        if (budgets.of(failed).failed()) {
            return true;
        }
        events.happened(new FaultEvent.RetryThrottled(failed.toString()));
        return false;
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
    synchronized boolean tryHedge() {
        return hedging.tryHedge();
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
