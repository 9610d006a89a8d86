package io.flinkgpu.inference.operator;

import org.apache.flink.annotation.Internal;
import org.apache.flink.metrics.MetricGroup;

/**
 * What a {@link RowInference} is told of its caller.
 *
 * @param place where it runs
 * @param metrics of the caller, which get a group {@code inference}; two that share a group must
 *     bring groups of their own
 * @param capacity the most rows that the caller has in flight, at least 1: no batch waits for more
 */
@Internal
public record RowInferenceContext(SubtaskPlace place, MetricGroup metrics, int capacity) {

    /**
     * Checks the capacity.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public RowInferenceContext {
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "Invalid capacity: " + capacity + ". It must be at least 1.");
        }
    }
}
