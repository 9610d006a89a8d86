package io.flinkgpu.benchmarks.table;

import io.flinkgpu.connectors.iceberg.IcebergTable;
import io.flinkgpu.deploy.cluster.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.annotation.Internal;

/**
 * One load for the table.
 *
 * @param directory for the table, the checkpoints and the ledger; absolute
 * @param examples of the distribution, with the digits and their model; absolute
 * @param repeat how often each of the thousand images is read
 * @param checkpointInterval between two checkpoints, and so between two snapshots
 * @param options of Flink for the job
 */
@Internal
public record TableSpec(
        Path directory,
        Path examples,
        int repeat,
        Duration checkpointInterval,
        Map<String, String> options) {

    private static final int IMAGES = 1000;

    /** The model runs on the processor, in the one task manager of a cluster without devices. */
    private static final String PROFILES =
            """
            profiles:
              decode: {cpu-cores: 0.5, task-heap: 128 mb, managed: 16 mb}
              inference: {cpu-cores: 0.5, task-heap: 128 mb, task-off-heap: 512 mb, managed: 16 mb}
            """;

    /** Copies the options. */
    public TableSpec {
        options = Map.copyOf(options);
    }

    /** A load in a directory, with the example of a distribution. */
    public static TableSpec of(Path directory, Distribution distribution, int repeat) {
        return new TableSpec(
                directory.toAbsolutePath(),
                distribution.examples(),
                repeat,
                Duration.ofMillis(500),
                Map.of());
    }

    /** The same with an option of Flink. */
    public TableSpec with(String option, String value) {
        Map<String, String> all = new TreeMap<>(options);
        all.put(option, value);
        return new TableSpec(directory, examples, repeat, checkpointInterval, all);
    }

    /** How many rows the table is to hold. */
    public long rows() {
        return (long) IMAGES * repeat;
    }

    /** The table. */
    public IcebergTable table() {
        return TableJob.table(warehouse());
    }

    /** The ledger of its runs. */
    public String ledgerUrl() {
        return "jdbc:sqlite:" + directory.resolve("ledger.db");
    }

    Path checkpoints() {
        return directory.resolve("output").resolve("checkpoints");
    }

    String warehouse() {
        return directory.resolve("warehouse").toString();
    }

    /** The arguments of {@link TableJob}; writes the file with the profiles that they name. */
    List<String> arguments() throws IOException {
        Files.createDirectories(directory);
        Path profiles = Files.writeString(directory.resolve("profiles.yaml"), PROFILES);
        Path digits = examples.resolve("digits");
        Map<String, String> arguments = new TreeMap<>(options);
        arguments.put("input", digits.resolve("test.txt").toString());
        arguments.put("model", digits.resolve("model").toString());
        arguments.put("output", directory.resolve("output").toString());
        arguments.put("warehouse", warehouse());
        arguments.put("profiles", profiles.toString());
        arguments.put("repeat", Integer.toString(repeat));
        arguments.put("execution.checkpointing.interval", checkpointInterval.toMillis() + " ms");
        return arguments.entrySet().stream()
                .flatMap(each -> List.of("--" + each.getKey(), each.getValue()).stream())
                .toList();
    }
}
