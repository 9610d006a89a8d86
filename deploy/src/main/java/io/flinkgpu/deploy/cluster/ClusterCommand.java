package io.flinkgpu.deploy.cluster;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flink-gpu cluster}: starts, shows and stops the local cluster. */
@Command(
        name = "cluster",
        description = "Start, show or stop a local cluster of processes.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(up | status | down)",
        subcommands = {
            ClusterCommand.Up.class,
            ClusterCommand.Status.class,
            ClusterCommand.Down.class
        })
public final class ClusterCommand {

    /** Exit code of a command that did what it was asked to. */
    private static final int OK = 0;

    /** Exit code of {@code status} when something does not run. */
    private static final int NOT_RUNNING = 1;

    /** The directory of the cluster. */
    static final class Location {

        @Option(
                names = "--dir",
                paramLabel = "DIR",
                description =
                        "Directory of configuration, logs and state (default: ~/.flink-gpu/cluster).")
        private Path directory;

        LocalCluster cluster() {
            return LocalCluster.at(
                    Optional.ofNullable(directory).orElseGet(LocalCluster::defaultDirectory));
        }
    }

    /** {@code flink-gpu cluster up}. */
    @Command(
            name = "up",
            description = {
                "Start one job manager, one CPU task manager and two GPU task managers.",
                "Each GPU task manager has one device: a real one where nvidia-smi lists some, or else a simulated one."
            },
            mixinStandardHelpOptions = true)
    static final class Up implements Callable<Integer> {

        @Spec private CommandSpec spec;
        @Mixin private Location location;

        @Option(
                names = "--port",
                paramLabel = "PORT",
                description =
                        "Port of the web UI on localhost, 0 for any free one (default: ${DEFAULT-VALUE}).")
        private int port = ClusterSpec.DEFAULT_REST_PORT;

        @Option(
                names = "--timeout",
                paramLabel = "SECONDS",
                description = "How long the start may take (default: ${DEFAULT-VALUE}).")
        private int timeoutSeconds = ClusterSpec.DEFAULT_START_SECONDS;

        @Option(
                names = "--simulated",
                description = "Use simulated devices even where real ones exist.")
        private boolean simulated;

        @Option(
                names = "-D",
                paramLabel = "KEY=VALUE",
                description = "Flink option for every process; may be repeated.")
        private Map<String, String> options = new TreeMap<>();

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            LocalCluster cluster = location.cluster();
            Optional<ClusterStatus> running = cluster.status().filter(ClusterStatus::isHealthy);
            if (running.isPresent()) {
                out.println("The cluster runs already. Web UI: " + running.get().address().rest());
                return OK;
            }
            GpuDevices devices = simulated ? GpuDevices.simulated() : GpuDevices.detect();
            out.printf("Starting a cluster in %s on %s%n", cluster.directory(), devices.describe());
            out.flush();
            ClusterAddress address = cluster.start(clusterSpec(devices));
            out.printf("Ready. Web UI: %s%n", address.rest());
            StatusText.print(cluster.status().orElseThrow(), out);
            return OK;
        }

        private ClusterSpec clusterSpec(GpuDevices devices) {
            return new ClusterSpec(
                    Distribution.current(),
                    port,
                    devices,
                    options,
                    Duration.ofSeconds(timeoutSeconds));
        }
    }

    /** {@code flink-gpu cluster status}. */
    @Command(
            name = "status",
            description = "Show processes, task managers with their free resources, and jobs.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:everything runs", "1:something does not"})
    static final class Status implements Callable<Integer> {

        @Spec private CommandSpec spec;
        @Mixin private Location location;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            LocalCluster cluster = location.cluster();
            Optional<ClusterStatus> status = cluster.status();
            if (status.isEmpty()) {
                out.printf("No cluster runs in %s.%n", cluster.directory());
                return NOT_RUNNING;
            }
            out.printf("Web UI: %s%n", status.get().address().rest());
            StatusText.print(status.get(), out);
            return status.get().isHealthy() ? OK : NOT_RUNNING;
        }
    }

    /** {@code flink-gpu cluster down}. */
    @Command(
            name = "down",
            description = "Stop the processes of the cluster, and no others.",
            mixinStandardHelpOptions = true)
    static final class Down implements Callable<Integer> {

        @Spec private CommandSpec spec;
        @Mixin private Location location;

        @Override
        public Integer call() {
            LocalCluster cluster = location.cluster();
            List<String> stopped = cluster.stop().stream().map(ProcessRecord::name).toList();
            spec.commandLine()
                    .getOut()
                    .println(
                            stopped.isEmpty()
                                    ? "No cluster runs in " + cluster.directory() + "."
                                    : "Stopped " + String.join(", ", stopped) + ".");
            return OK;
        }
    }
}
