package io.flinkgpu.deploy.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.apache.flink.annotation.Internal;

/** How many subtasks of a vertex the adaptive scheduler may run: {@code 1 <= lower <= upper}. */
@Internal
public record ParallelismRange(
        @JsonProperty("lowerBound") int lower, @JsonProperty("upperBound") int upper) {

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException unless {@code 1 <= lower <= upper}
     */
    public ParallelismRange {
        if (lower < 1 || upper < lower) {
            throw new IllegalArgumentException(
                    "Invalid parallelism: %d to %d. It must be at least 1, and not end below its start."
                            .formatted(lower, upper));
        }
    }
}
