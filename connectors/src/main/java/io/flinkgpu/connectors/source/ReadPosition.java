package io.flinkgpu.connectors.source;

import org.apache.flink.annotation.Internal;

/**
 * The place in a split where the next record begins.
 *
 * @param file the index of its file
 * @param record how many records of that file come before it
 * @param offset the byte of that file where it begins, or {@link #UNKNOWN_OFFSET}
 */
@Internal
public record ReadPosition(int file, long record, long offset) {

    /** The offset where nobody can seek to. */
    public static final long UNKNOWN_OFFSET = -1;

    /** The first record of a file. */
    public static ReadPosition startOf(int file) {
        return new ReadPosition(file, 0, 0);
    }
}
