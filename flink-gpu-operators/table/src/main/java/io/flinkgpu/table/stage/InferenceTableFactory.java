package io.flinkgpu.table.stage;

import java.util.Set;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * Makes tables with {@code 'connector' = 'flink-gpu-inference'}: they read or write a table of
 * another connector, and a model fills some of their columns.
 *
 * <p>A statement that names such a table looks at its model when it is planned.
 */
@Internal
public final class InferenceTableFactory
        implements DynamicTableSourceFactory, DynamicTableSinkFactory {

    /** The value of the option {@code connector}. */
    public static final String IDENTIFIER = "flink-gpu-inference";

    @Override
    public String factoryIdentifier() {
        return IDENTIFIER;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(
                InferenceTableOptions.INPUTS,
                InferenceTableOptions.OUTPUTS,
                InferenceTableOptions.OUTPUT_MODE,
                InferenceTableOptions.PARALLELISM,
                InferenceTableOptions.UID);
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        InferenceTable table = InferenceTable.read(context, options(context), true);
        return new InferenceTableSource(table, table.inner().source());
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        InferenceTable table = InferenceTable.read(context, options(context), false);
        InferenceTableSink.checkOrder(table);
        return new InferenceTableSink(table, table.inner().sink());
    }

    private ReadableConfig options(Context context) {
        FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
        helper.validateExcept(
                InferenceTableOptions.MODEL,
                InferenceTableOptions.TABLE,
                InferenceTableOptions.DEAD_LETTERS);
        return helper.getOptions();
    }
}
