package io.flinkgpu.connectors.parquet;

import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;

/** A row, or the rest of a file, cannot be given as a record; what is behind it can. */
@PublicEvolving
public final class BadParquetException extends Exception {

    private static final long serialVersionUID = 1L;

    private BadParquetException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static BadParquetException unfit(String path, List<String> problems) {
        return new BadParquetException(
                "Cannot read '%s': %s.".formatted(path, String.join("; ", problems)), null);
    }

    static BadParquetException badValue(String path, long number, String problem) {
        return new BadParquetException(
                "Cannot read row %d of '%s': %s.".formatted(number, path, problem), null);
    }

    static BadParquetException damaged(String path, long number, Exception cause) {
        return new BadParquetException(
                "Cannot read '%s' from row %d on: the file is damaged, missing or not in Parquet (%s)."
                        .formatted(path, number, cause.getMessage()),
                cause);
    }

    /** Lengths that damage has made of other bytes ask for any amount of memory as well. */
    static BadParquetException shortOfHeap(String path, long number, OutOfMemoryError cause) {
        return new BadParquetException(
                "Cannot read '%s' from row %d on: the heap does not hold its next row group, or the file is damaged (%s)."
                        .formatted(path, number, cause.getMessage()),
                cause);
    }
}
