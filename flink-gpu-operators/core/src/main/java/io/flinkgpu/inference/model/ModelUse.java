package io.flinkgpu.inference.model;

import java.io.Serializable;
import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.flink.annotation.Internal;

/**
 * How a client means to use a model. The first client of a model decides about threads and times.
 *
 * @param maxBatchSize rows of the largest batch it sends; also the size to warm up with, next to 1
 * @param runThreads how many device batches may run at once
 * @param linger how long the model stays loaded after its last client let go; the last one decides
 * @param maxRunTime age at which a run counts as stuck, above zero
 * @param loadTimeout how long loading may take, above zero
 */
@Internal
public record ModelUse(
        int maxBatchSize,
        int runThreads,
        Duration linger,
        Duration maxRunTime,
        Duration loadTimeout)
        implements Serializable {

    private static final Duration DEFAULT_MAX_RUN_TIME = Duration.ofSeconds(60);
    private static final Duration DEFAULT_LOAD_TIMEOUT = Duration.ofMinutes(10);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is broken
     */
    public ModelUse {
        requireAtLeastOne("max batch size", maxBatchSize);
        requireAtLeastOne("run threads", runThreads);
        if (linger.isNegative()) {
            throw new IllegalArgumentException(
                    "Invalid linger time: " + linger + ". It must not be negative.");
        }
        requireAboveZero("max run time", maxRunTime);
        requireAboveZero("load timeout", loadTimeout);
    }

    /** A use with the usual times: runs of at most a minute, loading of at most ten. */
    public ModelUse(int maxBatchSize, int runThreads, Duration linger) {
        this(maxBatchSize, runThreads, linger, DEFAULT_MAX_RUN_TIME, DEFAULT_LOAD_TIMEOUT);
    }

    /** The options of this use that a model keeps although a later user has other values. */
    SortedSet<String> keptOver(ModelUse later) {
        SortedSet<String> kept = new TreeSet<>();
        if (runThreads != later.runThreads) {
            kept.add("inference.device.run-threads");
        }
        if (!maxRunTime.equals(later.maxRunTime)) {
            kept.add("inference.device.max-run-time");
        }
        if (!loadTimeout.equals(later.loadTimeout)) {
            kept.add("inference.model.load-timeout");
        }
        return kept;
    }

    private static void requireAtLeastOne(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "Invalid " + what + ": " + value + ". It must be at least 1.");
        }
    }

    private static void requireAboveZero(String what, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(
                    "Invalid " + what + ": " + value + ". It must be above zero.");
        }
    }
}
