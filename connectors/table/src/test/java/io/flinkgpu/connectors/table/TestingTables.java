package io.flinkgpu.connectors.table;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.SourceProvider;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.runtime.connector.source.ScanRuntimeProviderContext;

/** Tables as the planner makes them of CREATE TABLE. */
public final class TestingTables {

    private static final ObjectIdentifier NAME = ObjectIdentifier.of("catalog", "database", "t");

    private TestingTables() {}

    /** Options as in WITH, keys and values in turn. */
    public static Map<String, String> options(String... keysAndValues) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            options.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return options;
    }

    /** The source of a table whose factory is found by its name. */
    public static ScanTableSource source(Map<String, String> options, Column... columns) {
        return (ScanTableSource)
                FactoryUtil.createDynamicTableSource(
                        null,
                        NAME,
                        table(options, columns),
                        Map.of(),
                        new Configuration(),
                        TestingTables.class.getClassLoader(),
                        true);
    }

    /** The sink of a table whose factory is found by its name. */
    public static DynamicTableSink sink(Map<String, String> options, Column... columns) {
        return FactoryUtil.createDynamicTableSink(
                null,
                NAME,
                table(options, columns),
                Map.of(),
                new Configuration(),
                TestingTables.class.getClassLoader(),
                true);
    }

    /** What runs when the table is read. */
    public static SourceProvider provider(ScanTableSource source) {
        return (SourceProvider) source.getScanRuntimeProvider(ScanRuntimeProviderContext.INSTANCE);
    }

    private static ResolvedCatalogTable table(Map<String, String> options, Column... columns) {
        Schema unresolved = Schema.newBuilder().build();
        return new ResolvedCatalogTable(
                CatalogTable.newBuilder().schema(unresolved).options(options).build(),
                ResolvedSchema.of(columns));
    }
}
