package io.flinkgpu.connectors.source;

import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** How the records of a split are read. */
@Internal
public interface RecordFormat<T> extends Serializable {

    /**
     * A record and where it was read.
     *
     * @param timestampMillis the record's time of event, or 0 where it has none
     * @param bytes it takes in memory, about
     * @param isFailed whether it stands for something that could not be read
     * @param next where the record behind it begins
     */
    record Positioned<T>(
            T record, long timestampMillis, long bytes, boolean isFailed, ReadPosition next) {}

    /** Reads the records of one split in their order. Used by one thread. */
    interface Reader<T> extends Closeable {

        /**
         * The next record, or null behind the last one.
         *
         * @throws IOException if the task has to be restarted for it
         */
        @Nullable
        Positioned<T> read() throws IOException;
    }

    /** Reads a split from its position on. */
    Reader<T> open(FileSplit split) throws IOException;

    /** The type of the records. */
    TypeInformation<T> type();

    /** How many files a split may have, at least 1. */
    int maxFilesPerSplit();
}
