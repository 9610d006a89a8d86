package io.flinkgpu.deploy.demo;

import io.flinkgpu.deploy.cluster.ClusterAddress;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.cluster.ProfileFit;
import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.resources.device.GpuDevice;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.core.execution.JobClient;
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
            "Runs in this process, or on the local cluster with --cluster."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
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

    @Override
    public Integer call() throws Exception {
        InferenceMode mode = InferenceMode.from(System.getenv());
        DemoConfig config = options.toConfig();
        check(config);
        DemoReport report = onCluster ? onCluster(config, mode) : embedded(config, mode);
        report.print(out());
        out().printf("Output: %s%n", config.output());
        if (reportFile != null) {
            report.write(reportFile);
            out().printf("Report: %s%n", reportFile);
        }
        out().flush();
        return 0;
    }

    /** What can be told before anything starts. */
    private static void check(DemoConfig config) {
        config.stages();
        config.model().requirePresent();
        DigitsPipeline.source(config);
        OutputDirectory.claim(config.output());
    }

    private DemoReport embedded(DemoConfig config, InferenceMode mode) throws Exception {
        List<GpuDevice> devices =
                simulated
                        ? EmbeddedDevices.simulated(config.parallelism())
                        : EmbeddedDevices.discover(config.parallelism());
        try (EmbeddedFlink flink =
                EmbeddedFlink.start(config.stages(), config.parallelism(), devices)) {
            greet("Flink in this process", flink.address());
            return follow(
                    flink.address(),
                    new JobSubmission(flink.address()).submit(config),
                    config,
                    mode);
        }
    }

    private DemoReport onCluster(DemoConfig config, InferenceMode mode) throws Exception {
        URI address = clusterAddress();
        ProfileFit.check(config.stages(), new FlinkRestClient(address).taskManagers());
        greet("local cluster", address);
        JobClient job = new JobSubmission(address).submitJar(Distribution.current(), config);
        return follow(address, job, config, mode);
    }

    private URI clusterAddress() {
        Path directory =
                Optional.ofNullable(clusterDirectory).orElseGet(LocalCluster::defaultDirectory);
        return LocalCluster.at(directory)
                .address()
                .map(ClusterAddress::rest)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "Cannot use the local cluster: none runs in %s. Run './flink-gpu cluster up' first."
                                                .formatted(directory)));
    }

    private DemoReport follow(URI address, JobClient job, DemoConfig config, InferenceMode mode)
            throws Exception {
        ProgressLine line = new ProgressLine(out(), isOnTerminal(), config.batchSize());
        return new DemoRun(new FlinkRestClient(address), job, config, mode).follow(line);
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
