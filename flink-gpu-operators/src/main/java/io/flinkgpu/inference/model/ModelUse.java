package io.flinkgpu.inference.model;

import java.io.Serializable;
import java.time.Duration;

/**
 * How a client means to use a model.
 *
 * @param maxBatchSize rows of the largest batch it sends; also the size to warm up with, next to 1
 * @param runThreads how many device batches may run at once; the first client of a model decides
 * @param linger how long the model stays loaded after its last client let go; the last one decides
 */
public record ModelUse(int maxBatchSize, int runThreads, Duration linger) implements Serializable {

    public ModelUse {
        requireAtLeastOne("max batch size", maxBatchSize);
        requireAtLeastOne("run threads", runThreads);
        if (linger.isNegative()) {
            throw new IllegalArgumentException(
                    "Invalid linger time: " + linger + ". It must not be negative.");
        }
    }

    private static void requireAtLeastOne(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "Invalid " + what + ": " + value + ". It must be at least 1.");
        }
    }
}
