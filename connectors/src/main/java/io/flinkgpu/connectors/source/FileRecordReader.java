package io.flinkgpu.connectors.source;

import io.flinkgpu.connectors.source.FileRecordReader.SplitProgress;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;

/**
 * A subtask of the source: asks for splits, of which it has two so that it never waits for the next
 * one, and notes with each emitted record where the one behind it begins.
 *
 * <p>Task thread only.
 */
final class FileRecordReader<T, R>
        extends SingleThreadMultiplexSourceReaderBase<
                RecordFormat.Positioned<T>, R, FileSplit, SplitProgress> {

    private static final int SPLITS_AT_ONCE = 2;

    private int requested;
    private boolean isEnding;

    /** A split, and from where on it is still to be emitted. */
    static final class SplitProgress {

        private final FileSplit split;
        private ReadPosition next;

        SplitProgress(FileSplit split) {
            this.split = split;
            this.next = split.position();
        }
    }

    FileRecordReader(
            RecordFormat<T> format, RecordMapping<T, R> mapping, SourceReaderContext context) {
        super(
                () -> new FileSplitReader<>(format, System::nanoTime),
                new Emitter<>(mapping, context.metricGroup()),
                context.getConfiguration(),
                context);
    }

    @Override
    public void start() {
        requestSplits();
    }

    @Override
    public void addSplits(List<FileSplit> splits) {
        requested = Math.max(0, requested - splits.size());
        super.addSplits(splits);
    }

    @Override
    public void notifyNoMoreSplits() {
        isEnding = true;
        super.notifyNoMoreSplits();
    }

    @Override
    protected void onSplitFinished(Map<String, SplitProgress> finished) {
        requestSplits();
    }

    @Override
    protected SplitProgress initializedState(FileSplit split) {
        return new SplitProgress(split);
    }

    @Override
    protected FileSplit toSplitType(String id, SplitProgress progress) {
        return progress.split.at(progress.next);
    }

    private void requestSplits() {
        while (!isEnding && getNumberOfCurrentlyAssignedSplits() + requested < SPLITS_AT_ONCE) {
            requested++;
            context.sendSplitRequest();
        }
    }

    /** Emits a record and moves its split's progress behind it. */
    static final class Emitter<T, R>
            implements RecordEmitter<RecordFormat.Positioned<T>, R, SplitProgress> {

        private final RecordMapping<T, R> mapping;
        private final Counter errors;
        private final Counter bytes;

        Emitter(RecordMapping<T, R> mapping, SourceReaderMetricGroup metrics) {
            this.mapping = mapping;
            this.errors = metrics.getNumRecordsInErrorsCounter();
            this.bytes = metrics.getIOMetricGroup().getNumBytesInCounter();
        }

        @Override
        public void emitRecord(
                RecordFormat.Positioned<T> read, SourceOutput<R> output, SplitProgress progress)
                throws Exception {
            bytes.inc(read.bytes());
            R record = mapping.map(read.record());
            if (read.isFailed() || record == null) {
                errors.inc();
            }
            if (record != null) {
                emit(record, read.timestampMillis(), output);
            }
            progress.next = read.next();
        }

        private void emit(R record, long timestampMillis, SourceOutput<R> output) {
            if (timestampMillis == 0) {
                output.collect(record);
            } else {
                output.collect(record, timestampMillis);
            }
        }
    }
}
