package io.flinkgpu.connectors.source;

import java.time.Clock;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** The source that {@link FileSourceBuilder} builds. */
final class FileRecordSource<T>
        implements Source<T, FileSplit, DiscoveryState>, ResultTypeQueryable<T> {

    private static final long serialVersionUID = 1L;

    private final Discovery discovery;
    private final RecordFormat<T> format;

    FileRecordSource(Discovery discovery, RecordFormat<T> format) {
        this.discovery = discovery;
        this.format = format;
    }

    @Override
    public Boundedness getBoundedness() {
        return discovery.isContinuous() ? Boundedness.CONTINUOUS_UNBOUNDED : Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<T, FileSplit> createReader(SourceReaderContext context) {
        return new FileRecordReader<>(format, context);
    }

    @Override
    public SplitEnumerator<FileSplit, DiscoveryState> createEnumerator(
            SplitEnumeratorContext<FileSplit> context) {
        return restoreEnumerator(context, DiscoveryState.initial());
    }

    @Override
    public SplitEnumerator<FileSplit, DiscoveryState> restoreEnumerator(
            SplitEnumeratorContext<FileSplit> context, DiscoveryState state) {
        return new FileSplitEnumerator(
                context, discovery, format.maxFilesPerSplit(), Clock.systemUTC(), state);
    }

    @Override
    public SimpleVersionedSerializer<FileSplit> getSplitSerializer() {
        return FileSplitSerializer.INSTANCE;
    }

    @Override
    public SimpleVersionedSerializer<DiscoveryState> getEnumeratorCheckpointSerializer() {
        return DiscoveryStateSerializer.INSTANCE;
    }

    @Override
    public TypeInformation<T> getProducedType() {
        return format.type();
    }
}
