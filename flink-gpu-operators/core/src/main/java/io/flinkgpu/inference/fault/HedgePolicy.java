package io.flinkgpu.inference.fault;

import java.time.Duration;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * When a request that takes long is asked of a second replica, too (Dean and Barroso, "The Tail at
 * Scale", 2013).
 *
 * <p>A hedge is due once a request has taken longer than a quantile of those before it; there is
 * one for a request at most, and hedges are never more than a share of all requests. Not
 * thread-safe.
 */
@Internal
public final class HedgePolicy {

    /** Requests without which a quantile tells nothing. */
    private static final int FEWEST_REQUESTS = 50;

    private static final double QUANTILE = 0.95;

    /** Answers after which the quantile is taken anew: it moves little with each. */
    private static final int ANSWERS_PER_LOOK = 5;

    private final double maxShare;
    private final LatencySample sample = new LatencySample();
    private long requests;
    private long hedges;
    private int answersSinceLook;
    private Optional<Duration> late = Optional.empty();

    /**
     * A policy that knows no times yet.
     *
     * @param maxShare most hedges as a share of all requests, 0 (never) to 1
     */
    public HedgePolicy(double maxShare) {
        if (!(maxShare >= 0 && maxShare <= 1)) {
            throw new IllegalArgumentException(
                    "Invalid share of hedges: " + maxShare + ". It must be 0 to 1.");
        }
        this.maxShare = maxShare;
    }

    /**
     * Counts a request that starts.
     *
     * @return after what time to ask {@link #tryHedge}; empty if times are not known yet
     */
    public Optional<Duration> started() {
        requests++;
        if (requests <= FEWEST_REQUESTS || maxShare == 0) {
            return Optional.empty();
        }
        if (late.isEmpty() || answersSinceLook >= ANSWERS_PER_LOOK) {
            late = sample.quantile(QUANTILE).stream().mapToObj(Duration::ofNanos).findFirst();
            answersSinceLook = 0;
        }
        return late;
    }

    /** Counts the time of a request that was answered, hedged or not. */
    public void answered(Duration time) {
        answersSinceLook++;
        sample.add(time.toNanos());
    }

    /** Whether a request that is late may be hedged; counts the hedge if so. */
    public boolean tryHedge() {
        if (hedges + 1 > maxShare * requests) {
            return false;
        }
        hedges++;
        return true;
    }
}
