package io.flinkgpu.table.stage;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.flink.api.common.io.OutputFormat;
import org.apache.flink.api.common.serialization.Encoder;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.OutputFormatProvider;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.InputFormatProvider;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * Tables of {@code 'connector' = 'testing'}: with a path a sink of lines that commits, without one
 * a sink and a source of Flink's old kinds; a source whose rows change, if it is told to.
 */
public final class TestingTableFactory
        implements DynamicTableSourceFactory, DynamicTableSinkFactory {

    private static final ConfigOption<String> PATH =
            ConfigOptions.key("path").stringType().noDefaultValue();
    private static final ConfigOption<Boolean> CHANGES =
            ConfigOptions.key("changes").booleanType().defaultValue(false);

    @Override
    public String factoryIdentifier() {
        return "testing";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(PATH, CHANGES);
    }

    @Override
    public DynamicTableSource createDynamicTableSource(DynamicTableFactory.Context context) {
        FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
        helper.validate();
        return new OldSource(helper.getOptions().get(CHANGES));
    }

    @Override
    public DynamicTableSink createDynamicTableSink(DynamicTableFactory.Context context) {
        FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
        helper.validate();
        return new Sink(helper.getOptions().get(PATH));
    }

    private record OldSource(boolean changes) implements ScanTableSource {

        @Override
        public ChangelogMode getChangelogMode() {
            return changes ? ChangelogMode.all() : ChangelogMode.insertOnly();
        }

        @Override
        public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
            return InputFormatProvider.of(null);
        }

        @Override
        public DynamicTableSource copy() {
            return this;
        }

        @Override
        public String asSummaryString() {
            return "testing";
        }
    }

    private record Sink(String path) implements DynamicTableSink {

        @Override
        public ChangelogMode getChangelogMode(ChangelogMode requested) {
            return ChangelogMode.insertOnly();
        }

        @Override
        public SinkRuntimeProvider getSinkRuntimeProvider(DynamicTableSink.Context context) {
            if (path == null) {
                return OutputFormatProvider.of((OutputFormat<RowData>) null);
            }
            Encoder<RowData> lines =
                    (row, out) ->
                            out.write((row.getLong(0) + "\n").getBytes(StandardCharsets.UTF_8));
            return SinkV2Provider.of(
                    FileSink.forRowFormat(new Path(path), lines)
                            .withRollingPolicy(OnCheckpointRollingPolicy.build())
                            .build());
        }

        @Override
        public DynamicTableSink copy() {
            return this;
        }

        @Override
        public String asSummaryString() {
            return "testing";
        }
    }
}
