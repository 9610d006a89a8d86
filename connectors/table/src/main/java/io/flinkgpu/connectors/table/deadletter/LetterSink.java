package io.flinkgpu.connectors.table.deadletter;

import io.flinkgpu.connectors.file.JsonLines;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.sink.DataStreamSinkProvider;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;

/** Writes rows as the dead letters of a directory, exactly once. Immutable. */
record LetterSink(Path directory, List<LetterField> columns) implements DynamicTableSink {

    @Override
    public ChangelogMode getChangelogMode(ChangelogMode requestedMode) {
        return ChangelogMode.insertOnly();
    }

    @Override
    public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
        TypeInformation<RowData> letter = context.createTypeInformation(letterType());
        return new DataStreamSinkProvider() {
            @Override
            public DataStreamSink<?> consumeDataStream(
                    ProviderContext provider, DataStream<RowData> rows) {
                return write(rows, letter, provider);
            }
        };
    }

    @Override
    public DynamicTableSink copy() {
        return this;
    }

    @Override
    public String asSummaryString() {
        return DeadLettersTableFactory.IDENTIFIER;
    }

    private DataStreamSink<?> write(
            DataStream<RowData> rows, TypeInformation<RowData> type, ProviderContext provider) {
        SingleOutputStreamOperator<RowData> letters =
                rows.map(new WholeLetters(columns, Clock.systemUTC()))
                        .returns(type)
                        .name("dead-letters");
        provider.generateUid("letters").ifPresent(letters::uid);
        DataStreamSink<RowData> files =
                letters.sinkTo(JsonLines.sink(directory, new LetterLines()));
        provider.generateUid("files").ifPresent(files::uid);
        return files;
    }

    private static DataType letterType() {
        return DataTypes.ROW(
                Arrays.stream(LetterField.values())
                        .map(field -> DataTypes.FIELD(field.key(), field.kind().type()))
                        .toArray(DataTypes.Field[]::new));
    }
}
