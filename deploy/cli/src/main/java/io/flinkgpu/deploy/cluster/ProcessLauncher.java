package io.flinkgpu.deploy.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.util.FileUtils;

/**
 * Starts the processes of a cluster, each in a directory of its own with configuration, logs and
 * temporary files.
 */
final class ProcessLauncher {

    /** Names a directory as one that may be deleted; nobody else makes a file of this name. */
    static final String MARKER = ".flink-gpu-process";

    private final Distribution distribution;
    private final Path clusterDirectory;

    ProcessLauncher(Distribution distribution, Path clusterDirectory) {
        this.distribution = distribution;
        this.clusterDirectory = clusterDirectory;
    }

    /**
     * Starts one process, which outlives this one. What a former process of the same name left in
     * its directory is deleted.
     *
     * @throws ClusterException if the directory was not made by a start, cannot be written, or the
     *     script cannot be run
     */
    ProcessRecord start(ProcessSpec spec) {
        Path directory = clusterDirectory.resolve(spec.name());
        requireOwn(spec, directory);
        try {
            FileUtils.deleteDirectory(directory.toFile());
            Files.createDirectories(directory.resolve("tmp"));
            Files.createFile(directory.resolve(MARKER));
            writeConfiguration(spec, directory);
            return ProcessRecord.of(spec, launch(spec, directory), directory);
        } catch (IOException e) {
            throw new ClusterException(
                    "Cannot start %s: %s".formatted(spec.name(), e.getMessage()), e);
        }
    }

    private static void requireOwn(ProcessSpec spec, Path directory) {
        if (Files.exists(directory) && !Files.isRegularFile(directory.resolve(MARKER))) {
            throw new ClusterException(
                    "Cannot start %s: %s was not made by 'cluster up', which would delete it. Choose another directory by --dir, or move this one away."
                            .formatted(spec.name(), directory));
        }
    }

    private ProcessHandle launch(ProcessSpec spec, Path directory) throws IOException {
        File output = directory.resolve("process.out").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(distribution.script(spec.role()).toString())
                        .directory(directory.toFile())
                        .redirectInput(new File("/dev/null"))
                        .redirectErrorStream(true)
                        .redirectOutput(output);
        builder.environment().putAll(spec.environment());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("FLINK_CONF_DIR", directory.resolve("conf").toString());
        builder.environment().put("FLINK_PLUGINS_DIR", distribution.plugins().toString());
        builder.environment()
                .put("FLINK_GPU_LOG_FILE", directory.resolve("process.log").toString());
        return builder.start().toHandle();
    }

    private void writeConfiguration(ProcessSpec spec, Path directory) throws IOException {
        Path conf = Files.createDirectories(directory.resolve("conf"));
        List<String> lines =
                configuration(spec, directory).entrySet().stream()
                        .map(option -> option.getKey() + ": " + quoted(option.getValue()))
                        .toList();
        Files.write(conf.resolve(GlobalConfiguration.FLINK_CONF_FILENAME), lines);
    }

    private Map<String, String> configuration(ProcessSpec spec, Path directory) {
        Configuration base = GlobalConfiguration.loadConfiguration(distribution.conf().toString());
        // INVARIANT: each part of a task manager's memory is explicit, so that a total would
        // contradict them.
        base.removeConfig(TaskManagerOptions.TOTAL_PROCESS_MEMORY);
        String tmp = directory.resolve("tmp").toString();
        base.set(CoreOptions.TMP_DIRS, tmp);
        base.set(WebOptions.TMP_DIR, tmp);
        Map<String, String> all = new TreeMap<>(base.toMap());
        all.putAll(spec.config());
        return all;
    }

    /** A single-quoted YAML scalar, in which the quote alone is special. */
    private static String quoted(String value) {
        return "'" + value.replace("'", "''") + "'";
    }
}
