package io.flinkgpu.inference.fault;

import org.apache.flink.annotation.Internal;

/**
 * The retries that a pool's calls may make without a pause, as tokens that failures take and
 * successes bring (gRPC proposal A6, "Throttling Retry Attempts and Hedged RPCs").
 *
 * <p>A failure takes one token, a success brings {@code ratio} of one, and retries are allowed
 * while more than half of the tokens are there: at most {@code maxTokens / 2 + ratio * successes}
 * in any pattern of faults. Safe for use by many threads.
 */
@Internal
public final class RetryBudget {

    private final double maxTokens;
    private final double ratio;
    private double tokens;

    /**
     * A full budget.
     *
     * @param maxTokens at least 1
     * @param ratio above 0 and at most 1: successes that pay for a retry are its inverse
     * @throws IllegalArgumentException if either is out of its range
     */
    public RetryBudget(int maxTokens, double ratio) {
        if (maxTokens < 1) {
            throw new IllegalArgumentException(
                    "Invalid retry tokens: " + maxTokens + ". They must be at least 1.");
        }
        if (!(ratio > 0 && ratio <= 1)) {
            throw new IllegalArgumentException(
                    "Invalid retry ratio: " + ratio + ". It must be above 0 and at most 1.");
        }
        this.maxTokens = maxTokens;
        this.ratio = ratio;
        this.tokens = maxTokens;
    }

    /** Counts an attempt that succeeded. */
    public synchronized void succeeded() {
        tokens = Math.min(maxTokens, tokens + ratio);
    }

    /** Counts an attempt that failed; true if it may be repeated at once. */
    public synchronized boolean failed() {
        tokens = Math.max(0, tokens - 1);
        return allowsRetries();
    }

    /** Whether retries are allowed at the moment. */
    public synchronized boolean allowsRetries() {
        return tokens > maxTokens / 2;
    }
}
