package io.flinkgpu.benchmarks.table;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.annotation.Internal;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.io.CloseableIterable;

/** What readers see of the table. */
@Internal
public final class TableContents {

    private TableContents() {}

    /** The rows of its newest snapshot; 0 without one. */
    public static long countRows(TableSpec spec) {
        Table table = open(spec);
        return table == null ? 0 : rows(table.currentSnapshot());
    }

    /** The rows of a snapshot. */
    public static long countRows(TableSpec spec, long snapshot) {
        return rows(open(spec).snapshot(snapshot));
    }

    /** How often each file is in the table. */
    public static Map<String, Integer> byFile(TableSpec spec) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        try (CloseableIterable<Record> rows =
                IcebergGenerics.read(open(spec)).select("file").build()) {
            rows.forEach(row -> counts.merge((String) row.getField("file"), 1, Integer::sum));
        }
        return counts;
    }

    private static long rows(Snapshot snapshot) {
        return snapshot == null
                ? 0
                : Long.parseLong(
                        snapshot.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0"));
    }

    private static Table open(TableSpec spec) {
        HadoopCatalog catalog = new HadoopCatalog(new Configuration(), spec.warehouse());
        TableIdentifier name = TableIdentifier.parse(spec.table().name());
        return catalog.tableExists(name) ? catalog.loadTable(name) : null;
    }
}
