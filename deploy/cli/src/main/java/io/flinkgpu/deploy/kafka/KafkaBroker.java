package io.flinkgpu.deploy.kafka;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.deploy.cluster.ClusterException;
import io.flinkgpu.deploy.cluster.ClusterLock;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.ExitHook;
import io.flinkgpu.deploy.cluster.LogTail;
import io.flinkgpu.deploy.cluster.LoopbackPorts;
import io.flinkgpu.deploy.cluster.ProcessGroup;
import io.flinkgpu.deploy.cluster.ProcessRecord;
import io.flinkgpu.deploy.cluster.ProcessRole;
import io.flinkgpu.inference.process.Stopwatch;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * The Kafka broker of one directory: a real one, of one node, on the loopback interface.
 *
 * <p>The process outlives the one that started it; the directory's {@code kafka.json} leads any
 * later process of the same machine to it. Its topics stay in the directory when it is stopped, and
 * are there again when it is started. One process at a time may start or stop it.
 */
@Internal
public final class KafkaBroker {

    /** The port of Kafka's own examples. */
    public static final int DEFAULT_PORT = 9092;

    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration TERM_GRACE = Duration.ofSeconds(20);
    private static final Duration KILL_GRACE = Duration.ofSeconds(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final Path stateFile;
    private final ClusterLock lock;

    private KafkaBroker(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
        this.stateFile = this.directory.resolve("kafka.json");
        this.lock = new ClusterLock(this.directory);
    }

    /** The broker of this directory, which need not exist. */
    public static KafkaBroker at(Path directory) {
        return new KafkaBroker(directory);
    }

    /** Where the user's broker lives unless another directory is named. */
    public static Path defaultDirectory() {
        return Path.of(System.getProperty("user.home"), ".flink-gpu", "kafka");
    }

    /** The broker's directory, absolute. */
    public Path directory() {
        return directory;
    }

    /** What was started, be it alive or not; empty if nothing was, or it was stopped. */
    public Optional<KafkaBrokerState> state() {
        if (!Files.exists(stateFile)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(stateFile.toFile(), KafkaBrokerState.class));
        } catch (IOException e) {
            throw new ClusterException(
                    "Cannot read %s: %s".formatted(stateFile, e.getMessage()), e);
        }
    }

    /** What runs; empty if nothing does. */
    public Optional<KafkaBrokerState> running() {
        return state().filter(state -> state.process().isAlive());
    }

    /**
     * Starts the broker and waits until it answers. A running one is left as it is.
     *
     * @param distribution holds the broker's jars
     * @param port where clients will connect; 0 for any free one
     * @throws ClusterException if the port is taken, the process ends or a minute is over; nothing
     *     runs afterwards then
     */
    public KafkaBrokerState start(Distribution distribution, int port) {
        return lock.hold("start", () -> running().orElseGet(() -> startLocked(distribution, port)));
    }

    /** Creates those of the topics that do not exist. */
    public void createTopics(Collection<KafkaTopic> topics) {
        KafkaBrokerState state =
                running()
                        .orElseThrow(
                                () ->
                                        new ClusterException(
                                                "Cannot create topics: no broker runs in %s. Run 'kafka up'."
                                                        .formatted(directory)));
        BrokerAdmin.createTopics(state.bootstrapServers(), topics);
    }

    /**
     * Ends the process: with SIGTERM, and with SIGKILL if it still runs after 20 seconds. Its
     * topics stay.
     *
     * @return what was running; empty if nothing was
     * @throws ClusterException if the process does not end
     */
    public Optional<KafkaBrokerState> stop() {
        return Files.isDirectory(directory)
                ? lock.hold("stop", this::stopLocked)
                : Optional.empty();
    }

    private KafkaBrokerState startLocked(Distribution distribution, int port) {
        int clients = port == 0 ? LoopbackPorts.anyFree() : LoopbackPorts.requireFree(port);
        ProcessRecord process = launch(distribution, BrokerProperties.of(directory, clients));
        KafkaBrokerState state = new KafkaBrokerState(process, clients);
        try (ExitHook unused = ExitHook.open("stop-half-started-broker", () -> end(process))) {
            awaitAnswer(state);
            write(state);
            return state;
        } catch (RuntimeException | Error e) {
            end(process);
            throw e;
        }
    }

    private Optional<KafkaBrokerState> stopLocked() {
        Optional<KafkaBrokerState> running = running();
        running.ifPresent(state -> end(state.process()));
        try {
            Files.deleteIfExists(stateFile);
        } catch (IOException e) {
            throw new ClusterException(
                    "Cannot delete %s: %s".formatted(stateFile, e.getMessage()), e);
        }
        return running;
    }

    private ProcessRecord launch(Distribution distribution, BrokerProperties properties) {
        try {
            Path file = properties.write();
            ProcessBuilder builder =
                    new ProcessBuilder(
                                    distribution.script(ProcessRole.KAFKA_BROKER).toString(),
                                    file.toString())
                            .directory(directory.toFile())
                            .redirectInput(new File("/dev/null"))
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve("process.out").toFile());
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            builder.environment()
                    .put("FLINK_GPU_LOG_FILE", directory.resolve("process.log").toString());
            return ProcessRecord.of(
                    "kafka", ProcessRole.KAFKA_BROKER, builder.start().toHandle(), directory);
        } catch (IOException e) {
            throw new ClusterException("Cannot start Kafka: " + e.getMessage(), e);
        }
    }

    private static void awaitAnswer(KafkaBrokerState state) {
        Stopwatch time = Stopwatch.start();
        ProcessGroup process = new ProcessGroup(List.of(state.process()));
        while (!BrokerAdmin.answers(state.bootstrapServers())) {
            if (!state.process().isAlive()) {
                throw new ClusterException(
                        "Cannot start Kafka: the process has ended. "
                                + LogTail.of(state.process()));
            }
            if (time.hasReached(START_TIMEOUT)) {
                throw new ClusterException(
                        "Cannot start Kafka: it does not answer at %s within %d s. %s"
                                .formatted(
                                        state.bootstrapServers(),
                                        START_TIMEOUT.toSeconds(),
                                        LogTail.of(state.process())));
            }
            process.awaitAnyExit();
        }
    }

    private void write(KafkaBrokerState state) {
        try {
            JSON.writerWithDefaultPrettyPrinter().writeValue(stateFile.toFile(), state);
        } catch (IOException e) {
            throw new ClusterException(
                    "Cannot write %s: %s".formatted(stateFile, e.getMessage()), e);
        }
    }

    private static void end(ProcessRecord process) {
        new ProcessGroup(List.of(process)).terminate(TERM_GRACE, KILL_GRACE);
    }
}
