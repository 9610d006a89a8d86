package io.flinkgpu.deploy.letters;

import io.flinkgpu.job.redo.Letter;
import io.flinkgpu.job.redo.LetterFiles;
import io.flinkgpu.job.redo.TopicLetters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where a command finds dead letters: a directory, or a topic of Kafka. */
final class LetterPlace {

    @Parameters(
            paramLabel = "DIR|TOPIC",
            description =
                    "The directory that a sink of dead letters writes to; with --bootstrap-servers a topic.")
    private String place;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "The brokers of the topic.")
    private String servers;

    @Option(
            names = "--property",
            paramLabel = "KEY=VALUE",
            description =
                    "A property of Kafka's consumer, such as for logging in; may be repeated.")
    private Map<String, String> properties = new TreeMap<>();

    /**
     * Goes through the letters that are committed.
     *
     * @throws IllegalArgumentException if the directory or the topic does not exist
     */
    void forEach(Consumer<Letter> each) throws IOException {
        if (servers != null) {
            new TopicLetters(place, servers, properties).forEach(each);
            return;
        }
        String conf = System.getenv("FLINK_CONF_DIR");
        Configuration settings =
                conf == null ? new Configuration() : GlobalConfiguration.loadConfiguration(conf);
        // Found in plugins/, as a task manager finds them.
        FileSystem.initialize(settings, PluginUtils.createPluginManagerFromRootFolder(settings));
        org.apache.flink.core.fs.Path directory = directory();
        if (!directory.getFileSystem().exists(directory)) {
            throw new IllegalArgumentException(
                    "Cannot read dead letters: there is no directory %s. For a topic add --bootstrap-servers."
                            .formatted(directory));
        }
        new LetterFiles(directory).forEach(each);
    }

    private org.apache.flink.core.fs.Path directory() {
        org.apache.flink.core.fs.Path path = new org.apache.flink.core.fs.Path(place);
        return path.toUri().getScheme() == null
                ? new org.apache.flink.core.fs.Path(Path.of(place).toAbsolutePath().toUri())
                : path;
    }

    @Override
    public String toString() {
        return place;
    }
}
