package io.flinkgpu.deploy.job;

import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.cluster.ProfileFit;
import io.flinkgpu.deploy.embedded.EmbeddedDevices;
import io.flinkgpu.deploy.embedded.EmbeddedFlink;
import io.flinkgpu.deploy.model.ModelLook;
import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.run.JobRun;
import io.flinkgpu.deploy.run.JobSubmitter;
import io.flinkgpu.job.JobReading;
import io.flinkgpu.job.PipelineJob;
import io.flinkgpu.job.element.ElementCatalog;
import io.flinkgpu.job.element.NewOnly;
import io.flinkgpu.job.redo.Redos;
import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.resources.device.GpuDevice;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flink-gpu run}: runs the pipeline of a job file. */
@Command(
        name = "run",
        description = {
            "Run the pipeline that a YAML file describes, without Java.",
            "Runs in this process, or on the local cluster with --cluster, or where --flink says.",
            "The file is checked first: against itself, its inputs, and the models that it names."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
@Internal
public final class JobRunCommand implements Callable<Integer> {

    /** What a file without profiles gets in this process. */
    private static final StageProfile DEFAULT =
            StageProfile.named("default")
                    .cpuCores(1)
                    .taskHeap(MemorySize.ofMebiBytes(128))
                    .taskOffHeap(MemorySize.ofMebiBytes(512))
                    .managed(MemorySize.ofMebiBytes(16))
                    .build();

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The job file; see docs/job-file.md.")
    private Path file;

    @Option(names = "--check", description = "Check the file and show the plan; run nothing.")
    private boolean checkOnly;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description =
                    "A variable for $${NAME} in the file, before the environment's; may be repeated.")
    private Map<String, String> variables = new TreeMap<>();

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
            names = "--flink",
            paramLabel = "URL",
            description = "Submit the job to the Flink whose REST API answers there.")
    private URI flink;

    @Option(
            names = "--detach",
            description = "With --cluster or --flink: return when the job is submitted.")
    private boolean detach;

    @Option(
            names = "--simulated",
            description = "In this process: use simulated devices even where real ones exist.")
    private boolean simulated;

    @Mixin private RedoOptions redo;

    @Option(
            names = "--since-run",
            paramLabel = "ID|" + NewOnly.LATEST,
            description = {
                "Read only files that neither this run nor one before it has read to its end;",
                "'latest': that no run has. Sources with new-only: true do so without it."
            })
    private String sinceRun;

    @Override
    public Integer call() throws Exception {
        checkOptions();
        Configuration settings = settings();
        // Found in plugins/, as a task manager finds them.
        FileSystem.initialize(settings, PluginUtils.createPluginManagerFromRootFolder(settings));
        if (sinceRun != null) {
            variables.put(NewOnly.VARIABLE, sinceRun);
        }
        PipelineJob job = read(settings);
        out().print(job.describe());
        out().flush();
        if (checkOnly) {
            if (redo.isAsked()) {
                redo.look(job, out());
            }
            out().printf("No problems found in %s.%n", file);
            out().flush();
            return 0;
        }
        if (redo.isAsked()) {
            redo(job, settings);
        } else {
            run(job);
        }
        return 0;
    }

    private PipelineJob read(Configuration settings) {
        return PipelineJob.read(
                file,
                new JobReading(
                        ElementCatalog.onClassPath(), environment(), new ModelLook(settings)));
    }

    private void redo(PipelineJob job, Configuration settings) throws Exception {
        Optional<org.apache.flink.core.fs.Path> claim = redo.claim(job, out());
        if (claim.isPresent()) {
            variables.put(Redos.VARIABLE, claim.get().toString());
            run(read(settings));
            if (!detach) {
                RedoOptions.report(job, claim.get(), out());
            }
        }
    }

    private void checkOptions() {
        if (onCluster && flink != null) {
            throw new IllegalArgumentException(
                    "Invalid --flink: --cluster names another Flink. Give one of the two.");
        }
        if (detach && !onCluster && flink == null) {
            throw new IllegalArgumentException(
                    "Invalid --detach: the job would end with this process. Add --cluster or --flink.");
        }
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.putAll(variables);
        return environment;
    }

    private static Configuration settings() {
        String directory = System.getenv("FLINK_CONF_DIR");
        return directory == null
                ? new Configuration()
                : GlobalConfiguration.loadConfiguration(directory);
    }

    private void run(PipelineJob job) throws Exception {
        if (onCluster) {
            runOn(LocalCluster.at(directory()).requireAddress(), job);
        } else if (flink != null) {
            runOn(flink, job);
        } else {
            runHere(job);
        }
    }

    private Path directory() {
        return Optional.ofNullable(clusterDirectory).orElseGet(LocalCluster::defaultDirectory);
    }

    private void runOn(URI address, PipelineJob job) throws Exception {
        ProfileFit.check(job.placedProfiles(), new FlinkRestClient(address).taskManagers());
        JobRun run = submit(address, job);
        if (detach) {
            out().printf("Submitted job %s. Web UI: %s%n", run.id(), address);
            out().flush();
            return;
        }
        new JobFollower(run, out()).follow();
    }

    private void runHere(PipelineJob job) throws Exception {
        List<StageProfile> profiles =
                job.placedProfiles().isEmpty() ? List.of(DEFAULT) : job.placedProfiles();
        try (EmbeddedFlink here =
                EmbeddedFlink.start(
                        profiles, job.maxParallelism(), devices(profiles, job), Map.of())) {
            out().printf("Running on Flink in this process. Web UI: %s%n", here.address());
            out().flush();
            new JobFollower(submit(here.address(), job), out()).follow();
        }
    }

    private List<GpuDevice> devices(List<StageProfile> profiles, PipelineJob job) {
        if (profiles.stream().noneMatch(StageProfile::usesGpu)) {
            return List.of();
        }
        return simulated
                ? EmbeddedDevices.simulated(job.maxParallelism())
                : EmbeddedDevices.discover(job.maxParallelism());
    }

    private static JobRun submit(URI address, PipelineJob job) throws Exception {
        JobSubmitter submitter = new JobSubmitter(address);
        StreamExecutionEnvironment environment = submitter.environment();
        job.define(environment);
        return submitter.submit(environment, job.name());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
