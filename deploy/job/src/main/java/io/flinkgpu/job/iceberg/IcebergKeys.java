package io.flinkgpu.job.iceberg;

import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.Secret;
import io.flinkgpu.job.config.ValueTypes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.MemorySize;

/** The keys of sources and sinks of Iceberg. */
final class IcebergKeys {

    static final Key<CatalogType> TYPE =
            Key.of("type", ValueTypes.choice(CatalogType.class))
                    .orElse(CatalogType.HADOOP)
                    .describedAs(
                            "A directory (hadoop), a database (jdbc), a server of Iceberg's REST protocol (rest), or any other of Iceberg's by its class (custom).");
    static final Key<String> WAREHOUSE =
            Key.of("warehouse", ValueTypes.path())
                    .describedAs(
                            "The directory of the tables' files; a server's name for it with rest.");
    static final Key<String> URI =
            Key.of("uri", ValueTypes.text())
                    .describedAs(
                            "The database (jdbc), such as jdbc:postgresql://host/database, or the server (rest). Messages show it: a password is a property.");
    static final Key<String> CLASS =
            Key.of("class", ValueTypes.text())
                    .describedAs("The catalog's class (custom), which must lie in Flink's lib/.");
    static final Key<Map<String, Secret>> PROPERTIES =
            Key.of("properties", ValueTypes.mapOf(ValueTypes.textWithSecrets()))
                    .describedAs(
                            "More of the catalog's properties by Iceberg's names, such as jdbc.password. They may hold secrets.");
    static final Key<Config> CATALOG =
            Key.of("catalog", ValueTypes.object(List.of(TYPE, WAREHOUSE, URI, CLASS, PROPERTIES)))
                    .required()
                    .describedAs("Where the table is registered.");
    static final Key<String> TABLE =
            Key.of("table", ValueTypes.text()).required().describedAs("NAMESPACE.TABLE.");

    static final Key<List<String>> PARTITION_BY =
            Key.of("partition-by", ValueTypes.listOf(ValueTypes.text()))
                    .describedAs(
                            "How a new table is partitioned: COLUMN, year(COLUMN), month(COLUMN), day(COLUMN), hour(COLUMN), bucket(N, COLUMN) or truncate(N, COLUMN).");
    static final Key<Map<String, String>> OPTIONS =
            Key.of("options", ValueTypes.mapOf(ValueTypes.text()))
                    .describedAs(
                            "Write options of Iceberg's Flink connector, such as target-file-size-bytes.");

    static final Key<String> COLUMN =
            Key.of("column", ValueTypes.text())
                    .orElse("path")
                    .describedAs("The column (string) with the paths of files.");
    static final Key<Long> SNAPSHOT =
            Key.of("snapshot", ValueTypes.wholeNumber(0))
                    .describedAs("Reads this snapshot. Without it the newest one.");
    static final Key<Duration> MONITOR =
            Key.of("monitor", ValueTypes.duration())
                    .describedAs(
                            "Goes on with the rows of new snapshots, which it looks for so often; the job does not end then.");
    static final Key<MemorySize> MAX_FILE_SIZE =
            Key.of("max-file-size", ValueTypes.memory())
                    .orElse(MemorySize.ofMebiBytes(64))
                    .describedAs("A larger file becomes a dead letter.");

    private IcebergKeys() {}
}
