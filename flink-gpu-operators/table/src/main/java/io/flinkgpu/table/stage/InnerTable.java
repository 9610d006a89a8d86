package io.flinkgpu.table.stage;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.catalog.UniqueConstraint;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.types.RowKind;

/**
 * A table of another connector that stands behind one of ours, made of the options with a prefix.
 *
 * @param context of our table
 * @param prefix of its options, with the point
 * @param schema its columns, all physical
 */
record InnerTable(DynamicTableFactory.Context context, String prefix, ResolvedSchema schema) {

    /**
     * Its options without the prefix; empty if there are none.
     *
     * @throws ValidationException if there are some, and no connector among them
     */
    Map<String, String> options() {
        Map<String, String> options = withoutPrefix(context, prefix);
        if (!options.isEmpty() && !options.containsKey(FactoryUtil.CONNECTOR.key())) {
            throw new ValidationException(
                    "Invalid %s%s: it is missing. Name the connector of the table behind this one, such as 'filesystem'."
                            .formatted(prefix, FactoryUtil.CONNECTOR.key()));
        }
        return options;
    }

    /** The options of a table that begin so, without it. */
    static Map<String, String> withoutPrefix(DynamicTableFactory.Context context, String prefix) {
        Map<String, String> options = new LinkedHashMap<>();
        context.getCatalogTable()
                .getOptions()
                .forEach(
                        (key, value) -> {
                            if (key.startsWith(prefix)) {
                                options.put(key.substring(prefix.length()), value);
                            }
                        });
        return options;
    }

    /** The schema of some columns, with the key where they have all of it. */
    static ResolvedSchema schema(List<Column> columns, @Nullable UniqueConstraint key) {
        List<String> names = columns.stream().map(Column::getName).toList();
        boolean hasKey = key != null && names.containsAll(key.getColumns());
        return new ResolvedSchema(columns, List.of(), hasKey ? key : null, List.of());
    }

    /**
     * Opens it for reading.
     *
     * @throws ValidationException if it cannot be scanned, or its rows change
     */
    ScanTableSource source() {
        DynamicTableSource source =
                FactoryUtil.createDynamicTableSource(
                        null,
                        context.getObjectIdentifier(),
                        table(),
                        Map.of(),
                        context.getConfiguration(),
                        context.getClassLoader(),
                        context.isTemporary());
        if (!(source instanceof ScanTableSource scan)) {
            throw invalid("A table of it cannot be scanned.");
        }
        if (!scan.getChangelogMode().containsOnly(RowKind.INSERT)) {
            throw invalid(
                    "Its rows are updated or deleted (%s), and an answer once given cannot be taken back. Use a connector of inserts alone, or gpu_infer in a query over the table."
                            .formatted(scan.getChangelogMode()));
        }
        return scan;
    }

    /**
     * Opens it for writing.
     *
     * @throws ValidationException if it does not take inserts
     */
    DynamicTableSink sink() {
        DynamicTableSink sink =
                FactoryUtil.createDynamicTableSink(
                        null,
                        context.getObjectIdentifier(),
                        table(),
                        Map.of(),
                        context.getConfiguration(),
                        context.getClassLoader(),
                        context.isTemporary());
        if (!sink.getChangelogMode(ChangelogMode.insertOnly()).contains(RowKind.INSERT)) {
            throw invalid("A table of it does not take inserts.");
        }
        return sink;
    }

    /** How Flink moves its rows. */
    TypeInformation<RowData> type() {
        return InternalTypeInfo.of(schema.toPhysicalRowDataType().getLogicalType());
    }

    /** As messages call it, such as {@code table.connector: datagen}. */
    String describe() {
        return "%s%s: %s"
                .formatted(
                        prefix,
                        FactoryUtil.CONNECTOR.key(),
                        options().get(FactoryUtil.CONNECTOR.key()));
    }

    ValidationException invalid(String reason) {
        return new ValidationException("Invalid %s. %s".formatted(describe(), reason));
    }

    private ResolvedCatalogTable table() {
        CatalogTable origin =
                CatalogTable.newBuilder()
                        .schema(Schema.newBuilder().fromResolvedSchema(schema).build())
                        .comment(context.getCatalogTable().getComment())
                        .options(options())
                        .build();
        return new ResolvedCatalogTable(origin, schema);
    }
}
