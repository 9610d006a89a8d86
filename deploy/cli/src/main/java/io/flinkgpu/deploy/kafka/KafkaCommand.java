package io.flinkgpu.deploy.kafka;

import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.TextTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flink-gpu kafka}: starts, shows and stops a Kafka broker of one node. */
@Command(
        name = "kafka",
        description = "Start, show or stop a Kafka broker on this machine.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(up | status | down)",
        subcommands = {KafkaCommand.Up.class, KafkaCommand.Status.class, KafkaCommand.Down.class})
@Internal
public final class KafkaCommand {

    /** Exit code of a command that did what it was asked to. */
    private static final int OK = 0;

    /** Exit code of {@code status} when the broker does not run. */
    private static final int NOT_RUNNING = 1;

    /** The directory of the broker. */
    static final class Location {

        @Option(
                names = "--dir",
                paramLabel = "DIR",
                description = "Directory of topics, log and state (default: ~/.flink-gpu/kafka).")
        private Path directory;

        KafkaBroker broker() {
            return KafkaBroker.at(
                    Optional.ofNullable(directory).orElseGet(KafkaBroker::defaultDirectory));
        }
    }

    /** {@code flink-gpu kafka up}. */
    @Command(
            name = "up",
            description = {
                "Start the broker, and create topics.",
                "A broker that runs already is left as it is. Topics that exist are left as they are."
            },
            mixinStandardHelpOptions = true)
    static final class Up implements Callable<Integer> {

        @Spec private CommandSpec spec;
        @Mixin private Location location;

        @Option(
                names = "--port",
                paramLabel = "PORT",
                description = "Port on localhost, 0 for any free one (default: ${DEFAULT-VALUE}).")
        private int port = KafkaBroker.DEFAULT_PORT;

        @Option(
                names = "--topic",
                paramLabel = "NAME[:PARTITIONS]",
                description = "Topic to create, of one partition unless told; may be repeated.")
        private List<String> topics = new ArrayList<>();

        @Override
        public Integer call() {
            List<KafkaTopic> wanted = topics.stream().map(KafkaTopic::parse).toList();
            KafkaBroker broker = location.broker();
            boolean runs = broker.running().isPresent();
            KafkaBrokerState state = broker.start(Distribution.current(), port);
            if (!wanted.isEmpty()) {
                broker.createTopics(wanted);
            }
            PrintWriter out = spec.commandLine().getOut();
            out.printf(
                    "%s Bootstrap servers: %s%n",
                    runs ? "The broker runs already." : "Ready.", state.bootstrapServers());
            out.flush();
            return OK;
        }
    }

    /** {@code flink-gpu kafka status}. */
    @Command(
            name = "status",
            description = "Show the broker and its topics; exit code 1 if it does not run.",
            mixinStandardHelpOptions = true)
    static final class Status implements Callable<Integer> {

        @Spec private CommandSpec spec;
        @Mixin private Location location;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            KafkaBroker broker = location.broker();
            Optional<KafkaBrokerState> running = broker.running();
            if (running.isEmpty()) {
                out.printf(
                        broker.state().isPresent()
                                ? "The broker in %s has ended. Run 'kafka up'.%n"
                                : "No broker runs in %s.%n",
                        broker.directory());
            }
            running.ifPresent(state -> print(out, state));
            out.flush();
            return running.isPresent() ? OK : NOT_RUNNING;
        }

        private static void print(PrintWriter out, KafkaBrokerState state) {
            TextTable.print(
                    out,
                    List.of("BOOTSTRAP SERVERS", "PID", "TOPICS", "LOG"),
                    List.of(
                            List.of(
                                    state.bootstrapServers(),
                                    Long.toString(state.process().pid()),
                                    String.join(",", BrokerAdmin.topics(state.bootstrapServers())),
                                    state.process().logFile().toString()))
                            .stream());
        }
    }

    /** {@code flink-gpu kafka down}. */
    @Command(
            name = "down",
            description = "Stop the broker. Its topics stay for the next 'kafka up'.",
            mixinStandardHelpOptions = true)
    static final class Down implements Callable<Integer> {

        @Spec private CommandSpec spec;
        @Mixin private Location location;

        @Override
        public Integer call() {
            KafkaBroker broker = location.broker();
            Optional<KafkaBrokerState> stopped = broker.stop();
            PrintWriter out = spec.commandLine().getOut();
            out.printf(
                    stopped.isPresent()
                            ? "Stopped the broker in %s. Its topics stay.%n"
                            : "No broker ran in %s.%n",
                    broker.directory());
            out.flush();
            return OK;
        }
    }
}
