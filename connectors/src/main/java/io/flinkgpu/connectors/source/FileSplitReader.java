package io.flinkgpu.connectors.source;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongSupplier;
import javax.annotation.Nullable;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;

/**
 * Reads one split after the other, in batches that are bounded by number, bytes and time.
 *
 * <p>Used by the source's fetcher thread alone, {@link #wakeUp} aside.
 */
final class FileSplitReader<T> implements SplitReader<RecordFormat.Positioned<T>, FileSplit> {

    private static final int MAX_BATCH_RECORDS = 256;
    private static final long MAX_BATCH_BYTES = 4 << 20;
    private static final long MAX_BATCH_NANOS = Duration.ofMillis(50).toNanos();

    private final RecordFormat<T> format;
    private final LongSupplier nanoClock;
    private final Queue<FileSplit> waiting = new ArrayDeque<>();
    @Nullable private FileSplit split;
    @Nullable private RecordFormat.Reader<T> reader;

    FileSplitReader(RecordFormat<T> format, LongSupplier nanoClock) {
        this.format = format;
        this.nanoClock = nanoClock;
    }

    @Override
    public RecordsWithSplitIds<RecordFormat.Positioned<T>> fetch() throws IOException {
        RecordsBySplits.Builder<RecordFormat.Positioned<T>> batch = new RecordsBySplits.Builder<>();
        if (reader == null) {
            split = waiting.poll();
            if (split == null) {
                return batch.build();
            }
            reader = format.open(split);
        }
        long start = nanoClock.getAsLong();
        long bytes = 0;
        for (int records = 0; records < MAX_BATCH_RECORDS; records++) {
            RecordFormat.Positioned<T> next = reader.read();
            if (next == null) {
                batch.addFinishedSplit(split.splitId());
                closeReader();
                break;
            }
            batch.add(split.splitId(), next);
            bytes += next.bytes();
            if (bytes >= MAX_BATCH_BYTES || nanoClock.getAsLong() - start >= MAX_BATCH_NANOS) {
                break;
            }
        }
        return batch.build();
    }

    @Override
    public void handleSplitsChanges(SplitsChange<FileSplit> change) {
        waiting.addAll(change.splits());
    }

    @Override
    public void wakeUp() {
        // a batch is over soon
    }

    @Override
    public void close() throws IOException {
        closeReader();
    }

    private void closeReader() throws IOException {
        try {
            if (reader != null) {
                reader.close();
            }
        } finally {
            reader = null;
        }
    }
}
