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
final class FileRecordSource<T, R>
        implements Source<R, FileSplit, DiscoveryState>, ResultTypeQueryable<R> {

    private static final long serialVersionUID = 1L;

    private final Discovery discovery;
    private final RecordFormat<T> format;
    private final RecordMapping<T, R> mapping;

    FileRecordSource(Discovery discovery, RecordFormat<T> format, RecordMapping<T, R> mapping) {
        this.discovery = discovery;
        this.format = format;
        this.mapping = mapping;
    }

    @Override
    public Boundedness getBoundedness() {
        return discovery.isContinuous() ? Boundedness.CONTINUOUS_UNBOUNDED : Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<R, FileSplit> createReader(SourceReaderContext context) {
        return new FileRecordReader<>(format, mapping, context);
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
    public TypeInformation<R> getProducedType() {
        return mapping.type();
    }
}
