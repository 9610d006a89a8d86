package io.flinkgpu.inference.fault;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.flink.annotation.Internal;

/**
 * Which replicas of a pool rest because they answer worse than the others (Envoy, "Outlier
 * detection").
 *
 * <p>A replica is ejected for failures in a row, or for being slow over several sweeps; the
 * ejection lasts longer each time. Never more than a share of the members is ejected, and never the
 * last. Not thread-safe.
 *
 * @param <R> what identifies a replica
 */
@Internal
public final class OutlierEjection<R> {

    /**
     * When and for how long replicas are ejected.
     *
     * @param consecutiveFailures that eject a replica
     * @param firstEjection which is also what each further one is longer by
     * @param maxEjection to which ejections grow
     * @param maxEjectedShare of the members, 0 to 1
     * @param slowFactor how many times the median of all a slow replica's is
     * @param slowSweeps in a row for which a replica must be slow
     */
    public record Rules(
            int consecutiveFailures,
            Duration firstEjection,
            Duration maxEjection,
            double maxEjectedShare,
            double slowFactor,
            int slowSweeps) {

        /** Five failures, 30 s to 300 s, half of the pool, 3 times the median for 3 sweeps. */
        public static Rules defaults() {
            return new Rules(5, Duration.ofSeconds(30), Duration.ofSeconds(300), 0.5, 3, 3);
        }
    }

    /** What is known of a replica. */
    private static final class Health {
        private final LatencySample latency = new LatencySample();
        private int failuresInARow;
        private int slowSweepsInARow;
        private int timesEjected;
        private long ejectedUntil;
        private boolean ejected;
    }

    private final Rules rules;
    private final LongSupplier nanoClock;
    private final Map<R, Health> members = new HashMap<>();

    /** No members yet. */
    public OutlierEjection(Rules rules, LongSupplier nanoClock) {
        this.rules = rules;
        this.nanoClock = nanoClock;
    }

    /** Replaces the members; what is known of those that stay is kept. */
    public void setMembers(Collection<R> replicas) {
        members.keySet().retainAll(Set.copyOf(replicas));
        replicas.forEach(replica -> members.computeIfAbsent(replica, key -> new Health()));
    }

    /**
     * Counts an answer.
     *
     * @param nanosPerRow the round trip, without the rows that it was shared by
     */
    public void succeeded(R replica, long nanosPerRow) {
        Health health = members.get(replica);
        if (health != null) {
            health.failuresInARow = 0;
            health.latency.add(nanosPerRow);
        }
    }

    /** Counts a failure that tells against the replica; true if it is ejected from here on. */
    public boolean failed(R replica) {
        Health health = members.get(replica);
        if (health == null || isEjected(replica)) {
            return false;
        }
        health.failuresInARow++;
        return health.failuresInARow >= rules.consecutiveFailures() && eject(health);
    }

    /** Compares all members' times since the last sweep; the replicas that it ejects. */
    public Set<R> sweep() {
        Set<R> ejected = new HashSet<>();
        LatencySample medians = new LatencySample();
        members.forEach((replica, health) -> health.latency.median().ifPresent(medians::add));
        medians.median()
                .ifPresent(
                        typical ->
                                members.forEach(
                                        (replica, health) -> {
                                            if (isSlowAgain(health, typical)
                                                    && !isEjected(replica)
                                                    && eject(health)) {
                                                ejected.add(replica);
                                            }
                                        }));
        members.values().forEach(health -> health.latency.clear());
        return ejected;
    }

    /** Ejects a replica for what others found; false if it is ejected, or too many others are. */
    public boolean eject(R replica) {
        Health health = members.get(replica);
        return health != null && !isEjected(health) && eject(health);
    }

    /** How much longer a replica rests; zero if it does not. */
    public Duration ejectedFor(R replica) {
        Health health = members.get(replica);
        return health != null && isEjected(health)
                ? Duration.ofNanos(health.ejectedUntil - nanoClock.getAsLong())
                : Duration.ZERO;
    }

    /** Whether a replica rests at the moment. */
    public boolean isEjected(R replica) {
        Health health = members.get(replica);
        return health != null && isEjected(health);
    }

    private boolean isEjected(Health health) {
        if (health.ejected && health.ejectedUntil - nanoClock.getAsLong() <= 0) {
            health.ejected = false;
        }
        return health.ejected;
    }

    private boolean isSlowAgain(Health health, long typicalNanos) {
        boolean slow =
                health.latency.median().orElse(0) > (long) (rules.slowFactor() * typicalNanos);
        health.slowSweepsInARow = slow ? health.slowSweepsInARow + 1 : 0;
        return health.slowSweepsInARow >= rules.slowSweeps();
    }

    private boolean eject(Health health) {
        long ejected = members.values().stream().filter(this::isEjected).count() + 1;
        if (ejected > rules.maxEjectedShare() * members.size() || ejected >= members.size()) {
            return false;
        }
        health.timesEjected++;
        health.failuresInARow = 0;
        health.slowSweepsInARow = 0;
        health.ejected = true;
        health.ejectedUntil = nanoClock.getAsLong() + lengthNanos(health.timesEjected);
        return true;
    }

    private long lengthNanos(int times) {
        Duration grown = rules.firstEjection().multipliedBy(times);
        Duration length = grown.compareTo(rules.maxEjection()) < 0 ? grown : rules.maxEjection();
        return length.toNanos();
    }
}
