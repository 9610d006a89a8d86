package io.flinkgpu.benchmarks.sql;

import io.flinkgpu.benchmarks.flink.IndexedRows;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryArrayData;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/**
 * A table of rows in memory, {@code 'connector' = 'bench-rows'}: one column, {@code ARRAY<FLOAT>}
 * of seeded values in {@code [0, 1)} or {@code ARRAY<TINYINT>} of seeded bytes. They are kept as
 * Flink's shuffles and our decoders give them.
 */
@Internal
public final class RowsTableFactory implements DynamicTableSourceFactory {

    /** The name in {@code 'connector' = '...'}. */
    public static final String IDENTIFIER = "bench-rows";

    static final ConfigOption<Long> ROWS =
            ConfigOptions.key("rows")
                    .longType()
                    .noDefaultValue()
                    .withDescription("Rows of the table. Raising it makes jobs longer.");

    static final ConfigOption<Integer> ELEMENTS =
            ConfigOptions.key("elements")
                    .intType()
                    .noDefaultValue()
                    .withDescription("Elements of a row's array. Raising it makes rows larger.");

    static final ConfigOption<Integer> DISTINCT =
            ConfigOptions.key("distinct")
                    .intType()
                    .defaultValue(IndexedRows.DISTINCT_ROWS)
                    .withDescription("Rows in memory. Raising it takes more of it.");

    private static final long SEED = 1;

    @Override
    public String factoryIdentifier() {
        return IDENTIFIER;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(ROWS, ELEMENTS);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(DISTINCT);
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
        helper.validate();
        ReadableConfig options = helper.getOptions();
        DataType type = context.getPhysicalRowDataType();
        return new Source(
                type,
                options.get(ROWS),
                new MemoryRows(isOfFloats(type), options.get(ELEMENTS), options.get(DISTINCT)));
    }

    private static boolean isOfFloats(DataType rowType) {
        List<LogicalType> columns = rowType.getLogicalType().getChildren();
        if (columns.size() == 1 && columns.get(0) instanceof ArrayType array) {
            if (array.getElementType().is(LogicalTypeRoot.FLOAT)) {
                return true;
            }
            if (array.getElementType().is(LogicalTypeRoot.TINYINT)) {
                return false;
            }
        }
        throw new ValidationException(
                "Invalid columns: %s. The table has one, ARRAY<FLOAT> or ARRAY<TINYINT>."
                        .formatted(rowType));
    }

    private record Source(DataType type, long rows, MemoryRows function)
            implements ScanTableSource {

        @Override
        public ChangelogMode getChangelogMode() {
            return ChangelogMode.insertOnly();
        }

        @Override
        public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
            return new Provider(this);
        }

        @Override
        public DynamicTableSource copy() {
            return this;
        }

        @Override
        public String asSummaryString() {
            return IDENTIFIER;
        }
    }

    private record Provider(Source source) implements DataStreamScanProvider {

        @Override
        public DataStream<RowData> produceDataStream(
                ProviderContext context, StreamExecutionEnvironment environment) {
            return environment
                    .fromSequence(0, source.rows - 1)
                    .map(source.function)
                    .returns(InternalTypeInfo.of(source.type.getLogicalType()));
        }

        @Override
        public boolean isBounded() {
            return true;
        }
    }

    /** Replaces an index by one of the rows in memory, which are made in the task. */
    private static final class MemoryRows implements MapFunction<Long, RowData> {

        private static final long serialVersionUID = 1L;

        private final boolean ofFloats;
        private final int elements;
        private final int distinct;
        private transient RowData[] rows;

        MemoryRows(boolean ofFloats, int elements, int distinct) {
            this.ofFloats = ofFloats;
            this.elements = elements;
            this.distinct = distinct;
        }

        @Override
        public RowData map(Long index) {
            if (rows == null) {
                rows = rows();
            }
            return rows[(int) (index % rows.length)];
        }

        private RowData[] rows() {
            Random random = new Random(SEED);
            RowData[] made = new RowData[distinct];
            for (int i = 0; i < made.length; i++) {
                made[i] = GenericRowData.of(ofFloats ? floats(random) : bytes(random));
            }
            return made;
        }

        private ArrayData floats(Random random) {
            float[] values = new float[elements];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextFloat();
            }
            return BinaryArrayData.fromPrimitiveArray(values);
        }

        private ArrayData bytes(Random random) {
            byte[] values = new byte[elements];
            random.nextBytes(values);
            return BinaryArrayData.fromPrimitiveArray(values);
        }
    }
}
