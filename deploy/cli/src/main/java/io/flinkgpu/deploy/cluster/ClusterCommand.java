package io.flinkgpu.deploy.cluster;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flink-gpu cluster}: starts, shows and stops the local cluster. */
@Command(
        name = "cluster",
        description = "Start, show or stop local clusters of processes.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(up | status | down)",
        subcommands = {
            ClusterCommand.Up.class,
            ClusterCommand.Status.class,
            ClusterCommand.Down.class
        })
@Internal
public final class ClusterCommand {

    /** Exit code of a command that did what it was asked to. */
    private static final int OK = 0;

    /** Exit code of {@code status} when something does not run. */
    private static final int NOT_RUNNING = 1;

    /** The directory of the cluster. */
    static final class Location {

        @Option(
                names = "--kind",
                paramLabel = "KIND",
                description = "mixed, cpu or pool (default: ${DEFAULT-VALUE}).")
        private ClusterKind kind = ClusterKind.MIXED;

        @Option(
                names = "--dir",
                paramLabel = "DIR",
                description =
                        "Directory of configuration, logs and state (default: ~/.flink-gpu/cluster, of a pool ~/.flink-gpu/pool).")
        private Path directory;

        LocalCluster cluster() {
            return LocalCluster.at(
                    Optional.ofNullable(directory).orElseGet(kind::defaultDirectory));
        }
    }

    /** {@code flink-gpu cluster up}. */
    @Command(
            name = "up",
            description = {
                "Start a job manager and task managers, or those of them that have died.",
                "Kind mixed: one CPU task manager and two GPU task managers. Kind cpu: one CPU task manager. Kind pool: GPU task managers alone, under Flink's adaptive scheduler.",
                "Each GPU task manager has one device: a real one where nvidia-smi lists some, or else a simulated one."
            },
            mixinStandardHelpOptions = true)
    static final class Up implements Callable<Integer> {

        @Spec private CommandSpec spec;
        @Mixin private Location location;

        @Option(
                names = "--task-managers",
                paramLabel = "N",
                description =
                        "GPU task managers of a pool (default: 3 simulated ones, or one for each device).")
        private Integer taskManagers;

        @Option(
                names = "--port",
                paramLabel = "PORT",
                description =
                        "Port of the web UI on localhost, 0 for any free one (default: 8081, of a pool 8082).")
        private Integer port;

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
            ClusterShape shape = shape();
            LocalCluster cluster = location.cluster();
            Optional<ClusterStatus> running =
                    cluster.status()
                            .filter(
                                    status ->
                                            status.processes().stream()
                                                    .anyMatch(ProcessRecord::isAlive));
            if (running.isEmpty()) {
                return start(cluster, shape);
            }
            requireKind(cluster);
            requireWish(cluster);
            return running.get().isHealthy()
                    ? report("The cluster runs already.", running.get())
                    : startMissing(cluster);
        }

        private int start(LocalCluster cluster, ClusterShape shape) {
            GpuDevices devices = simulated ? GpuDevices.simulated() : GpuDevices.detect();
            out().printf(
                            "Starting a %scluster in %s on %s%n",
                            location.kind == ClusterKind.MIXED ? "" : location.kind + " ",
                            cluster.directory(),
                            location.kind == ClusterKind.CPU ? "CPUs" : devices.describe());
            out().flush();
            cluster.start(clusterSpec(shape, devices));
            return ready(cluster);
        }

        private int startMissing(LocalCluster cluster) {
            List<String> dead =
                    cluster.processes().stream()
                            .filter(process -> !process.isAlive())
                            .map(ProcessRecord::name)
                            .toList();
            out().printf(
                            "The cluster in %s runs without %s. Starting what is missing.%n",
                            cluster.directory(),
                            dead.isEmpty() ? "an answer" : String.join(", ", dead));
            out().flush();
            List<String> started =
                    cluster.startMissing(Duration.ofSeconds(timeoutSeconds)).stream()
                            .map(ProcessRecord::name)
                            .toList();
            if (!started.isEmpty()) {
                out().printf("Started %s again.%n", String.join(", ", started));
            }
            return ready(cluster);
        }

        private int ready(LocalCluster cluster) {
            ClusterStatus status = cluster.status().orElseThrow();
            int exitCode = report("Ready.", status);
            StatusText.print(status, out());
            return exitCode;
        }

        private int report(String state, ClusterStatus status) {
            out().printf("%s Web UI: %s%n", state, status.address().rest());
            out().flush();
            return OK;
        }

        /** Another kind than the one asked for would not do what it is started for. */
        private void requireKind(LocalCluster cluster) {
            ClusterKind found = cluster.shape().orElseThrow().kind();
            if (found != location.kind) {
                throw new ClusterException(
                        "Cannot start a cluster of kind '%s' in %s: one of kind '%s' runs there. Run 'cluster down' first, or choose another --dir."
                                .formatted(location.kind, cluster.directory(), found));
            }
        }

        /** Options that would change nothing must not look as if they had been taken. */
        private void requireWish(LocalCluster cluster) {
            List<String> unmet =
                    new ClusterWish(taskManagers, port, simulated, options)
                            .unmetBy(cluster.plan().orElseThrow());
            if (!unmet.isEmpty()) {
                throw new ClusterException(
                        "Cannot start the cluster in %s: it runs already, with other options: %s. Leave them out, or run 'cluster down' first."
                                .formatted(cluster.directory(), String.join(", ", unmet)));
            }
        }

        private ClusterShape shape() {
            return taskManagers != null && location.kind == ClusterKind.POOL
                    ? ClusterShape.pool(taskManagers)
                    : new ClusterShape(location.kind, Optional.ofNullable(taskManagers).orElse(0));
        }

        private ClusterSpec clusterSpec(ClusterShape shape, GpuDevices devices) {
            return new ClusterSpec(
                    Distribution.current(),
                    shape,
                    Optional.ofNullable(port).orElseGet(location.kind::defaultRestPort),
                    devices,
                    options,
                    Duration.ofSeconds(timeoutSeconds),
                    Map.of());
        }

        private PrintWriter out() {
            return spec.commandLine().getOut();
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
