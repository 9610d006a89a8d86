package io.flinkgpu.connectors.jdbc;

import java.io.IOException;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * A table read by one subtask.
 *
 * <p>The enumerator's state is the split while nobody has it, and empty afterwards.
 */
record TableSource<T>(TablePages<T> pages, TypeInformation<T> type)
        implements Source<T, TableSplit, Optional<TableSplit>>, ResultTypeQueryable<T> {

    private static final long serialVersionUID = 1;

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<T, TableSplit> createReader(SourceReaderContext context) {
        return new TableReader<>(pages, context);
    }

    @Override
    public SplitEnumerator<TableSplit, Optional<TableSplit>> createEnumerator(
            SplitEnumeratorContext<TableSplit> context) {
        return new TableEnumerator(context, Optional.of(new TableSplit(null)));
    }

    @Override
    public SplitEnumerator<TableSplit, Optional<TableSplit>> restoreEnumerator(
            SplitEnumeratorContext<TableSplit> context, Optional<TableSplit> waiting) {
        return new TableEnumerator(context, waiting);
    }

    @Override
    public SimpleVersionedSerializer<TableSplit> getSplitSerializer() {
        return TableSplit.Serializer.INSTANCE;
    }

    @Override
    public SimpleVersionedSerializer<Optional<TableSplit>> getEnumeratorCheckpointSerializer() {
        return WaitingSerializer.INSTANCE;
    }

    @Override
    public TypeInformation<T> getProducedType() {
        return type;
    }

    /** No bytes, or those of the split. */
    static final class WaitingSerializer
            implements SimpleVersionedSerializer<Optional<TableSplit>> {

        static final WaitingSerializer INSTANCE = new WaitingSerializer();

        @Override
        public int getVersion() {
            return TableSplit.Serializer.INSTANCE.getVersion();
        }

        @Override
        public byte[] serialize(Optional<TableSplit> waiting) throws IOException {
            return waiting.isEmpty()
                    ? new byte[0]
                    : TableSplit.Serializer.INSTANCE.serialize(waiting.get());
        }

        @Override
        public Optional<TableSplit> deserialize(int version, byte[] serialized) throws IOException {
            return serialized.length == 0
                    ? Optional.empty()
                    : Optional.of(TableSplit.Serializer.INSTANCE.deserialize(version, serialized));
        }
    }
}
