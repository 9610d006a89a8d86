package io.flinkgpu.deploy.demo;

import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.GpuDevices;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.cluster.ProfileFit;
import io.flinkgpu.deploy.embedded.EmbeddedDevices;
import io.flinkgpu.deploy.embedded.EmbeddedFlink;
import io.flinkgpu.deploy.job.JobPlace;
import io.flinkgpu.deploy.model.ModelArgument;
import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.run.JobRun;
import io.flinkgpu.deploy.sql.SqlLaunch;
import io.flinkgpu.examples.DigitsJob;
import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.resources.device.GpuDevice;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flink-gpu demo}: runs the job, shows its progress, reports. */
@Command(
        name = "demo",
        description = {
            "Classify image files: decode on a CPU stage, inference on a GPU stage, exactly-once output.",
            "Runs in this process, or on the local cluster with --cluster.",
            "With --mode separated the model runs in a pool of GPU task managers."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
@Internal
public final class DemoCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private DemoOptions options;

    @Option(names = "--report", paramLabel = "FILE", description = "Write the report as JSON, too.")
    private Path reportFile;

    @Option(
            names = "--cluster",
            description = "Submit the job to the local cluster of 'flink-gpu cluster up'.")
    private boolean onCluster;

    @Option(
            names = "--cluster-dir",
            paramLabel = "DIR",
            description = "The cluster's directory (default: ~/.flink-gpu/cluster).")
    private Path clusterDirectory;

    @Option(
            names = "--simulated",
            description = "Without --cluster: use simulated devices even where real ones exist.")
    private boolean simulated;

    @Option(
            names = "--chaos",
            description =
                    "In mode separated, on clusters of its own: kill one GPU task manager when half of the rows are done.")
    private boolean chaos;

    @Option(
            names = "--sql",
            description =
                    "Show and run the same pipeline as a SQL script, with the example's images.")
    private boolean asScript;

    @Override
    public Integer call() throws Exception {
        DemoConfig config = options.toConfig();
        if (asScript) {
            runScript(config);
            return 0;
        }
        check(config);
        if (chaos && !config.needsOwnPool()) {
            throw new IllegalArgumentException(
                    "Invalid --chaos: it kills a task manager of the demo's own pool. Use it with --mode separated, without --pool and with FLINK_GPU_POOL unset.");
        }
        if (onCluster && config.needsOwnPool()) {
            throw new IllegalArgumentException(
                    "Invalid --cluster: in mode separated the demo starts clusters of its own unless it is given a pool. Add --pool ADDRESS, or leave --cluster out.");
        }
        DemoReport report = run(config);
        report.print(out());
        out().printf("Output: %s%n", config.output());
        if (reportFile != null) {
            report.write(reportFile);
            out().printf("Report: %s%n", reportFile);
        }
        out().flush();
        if (chaos && report.pool().kill().isEmpty()) {
            throw new IllegalStateException(
                    "Cannot kill a task manager: the run was over before half of its rows were seen. Raise --repeat.");
        }
        return 0;
    }

    private void runScript(DemoConfig config) throws Exception {
        DemoScript.requireFit(spec.commandLine().getParseResult());
        OutputDirectory.claim(config.output());
        JobPlace place =
                onCluster
                        ? JobPlace.cluster(
                                Optional.ofNullable(clusterDirectory)
                                        .orElseGet(LocalCluster::defaultDirectory))
                        : JobPlace.HERE;
        DemoScript.run(
                new SqlLaunch(
                        place, simulated, false, DemoScript.settings(config.options()), out()),
                Distribution.current(),
                config.output());
    }

    /** What can be told before anything starts. */
    private static void check(DemoConfig config) {
        config.stages();
        ModelArgument.requirePresent(config.model().reference());
        DigitsJob.source(config.jobArguments());
        OutputDirectory.claim(config.output());
    }

    private DemoReport run(DemoConfig config) throws Exception {
        if (config.needsOwnPool()) {
            return separated(config);
        }
        return onCluster ? onCluster(config) : embedded(config);
    }

    private DemoReport embedded(DemoConfig config) throws Exception {
        try (EmbeddedFlink flink =
                EmbeddedFlink.start(
                        config.placedStages(),
                        config.parallelism(),
                        devices(config),
                        config.options())) {
            greet("Flink in this process", flink.address());
            return follow(DemoJob.submit(flink.address(), config), config, null);
        }
    }

    private List<GpuDevice> devices(DemoConfig config) {
        return simulated
                ? EmbeddedDevices.simulated(config.parallelism())
                : EmbeddedDevices.discover(config.parallelism());
    }

    private DemoReport onCluster(DemoConfig config) throws Exception {
        URI address = clusterAddress();
        ProfileFit.check(config.placedStages(), new FlinkRestClient(address).taskManagers());
        greet("local cluster", address);
        return follow(DemoJob.submit(address, config), config, null);
    }

    /** On clusters of its own, which end with the run. */
    private DemoReport separated(DemoConfig config) throws Exception {
        GpuDevices devices = simulated ? GpuDevices.simulated() : GpuDevices.detect();
        if (chaos && !devices.isSimulated() && devices.visibleIds().size() < 2) {
            throw new IllegalArgumentException(
                    "Invalid --chaos: this machine has one GPU, and one must be left. Add --simulated.");
        }
        out().printf(
                        "Starting a cluster for the job and one for a pool, on %s...%n",
                        devices.describe());
        out().flush();
        try (SeparatedClusters clusters =
                SeparatedClusters.start(config.output().resolve("clusters"), devices)) {
            DemoConfig withPool = config.withPool(clusters.startPool(config, out()));
            greet(
                    "a cluster without GPUs, with pool " + withPool.pools().get(0),
                    clusters.pipelineAddress());
            JobRun job = DemoJob.submit(clusters.pipelineAddress(), withPool);
            KillAtHalf killing =
                    chaos
                            ? new KillAtHalf(clusters.poolCluster(), InputSize.rows(config), out())
                            : null;
            return follow(job, withPool, killing);
        }
    }

    private URI clusterAddress() {
        Path directory =
                Optional.ofNullable(clusterDirectory).orElseGet(LocalCluster::defaultDirectory);
        return LocalCluster.at(directory).requireAddress();
    }

    private DemoReport follow(JobRun job, DemoConfig config, @Nullable KillAtHalf killing)
            throws Exception {
        ProgressLine line = new ProgressLine(out(), isOnTerminal(), config.batchSize());
        if (config.mode() == InferenceMode.FUSED) {
            return new DemoRun(job, config, null).follow(line);
        }
        try (PoolFollower pools = new PoolFollower(config.pools(), killing)) {
            return new DemoRun(job, config, pools).follow(line);
        }
    }

    @SuppressWarnings("SystemConsoleNull") // true from Java 22 on; this runs on Java 17 alone
    private static boolean isOnTerminal() {
        return System.console() != null;
    }

    private void greet(String where, URI address) {
        out().printf("Running on %s. Web UI: %s%n", where, address);
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
