package io.flinkgpu.inference.fault;

import org.apache.flink.annotation.Internal;

/**
 * Rows of a batch that stand side by side.
 *
 * @param from the first
 * @param to behind the last, above {@code from}
 */
@Internal
public record RowRange(int from, int to) {

    /**
     * Checks the ends.
     *
     * @throws IllegalArgumentException if there is no row between them
     */
    public RowRange {
        if (from < 0 || to <= from) {
            throw new IllegalArgumentException(
                    "Invalid rows: %d to %d. There must be at least one, from 0 on."
                            .formatted(from, to));
        }
    }

    /** How many rows there are. */
    public int size() {
        return to - from;
    }

    RowRange firstHalf() {
        return new RowRange(from, from + size() / 2);
    }

    RowRange secondHalf() {
        return new RowRange(from + size() / 2, to);
    }
}
