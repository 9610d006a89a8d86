package io.flinkgpu.deploy.job;

import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.cluster.ProfileFit;
import io.flinkgpu.deploy.embedded.EmbeddedDevices;
import io.flinkgpu.deploy.embedded.EmbeddedFlink;
import io.flinkgpu.deploy.rest.FlinkRestClient;
import io.flinkgpu.deploy.run.JobRun;
import io.flinkgpu.deploy.run.JobSubmitter;
import io.flinkgpu.job.PipelineJob;
import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.state.ledger.LedgerOptions;
import io.flinkgpu.state.ledger.LedgerUrl;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/**
 * Submits the job of a job file to a place, and follows it to its end.
 *
 * <p>Where neither the file nor the place says otherwise, a job of this machine is recorded in the
 * user's ledger, and keeps its checkpoints in the user's directory, so that it can be resumed.
 *
 * @param options of the job besides those of its file, which win over these
 * @param out where it says what goes on
 */
@Internal
public record JobLaunch(JobPlace place, PlaceOptions how, Configuration options, PrintWriter out) {

    /** What a file without profiles gets in this process. */
    private static final StageProfile DEFAULT =
            StageProfile.named("default")
                    .cpuCores(1)
                    .taskHeap(MemorySize.ofMebiBytes(128))
                    .taskOffHeap(MemorySize.ofMebiBytes(512))
                    .managed(MemorySize.ofMebiBytes(16))
                    .build();

    /** The option that makes a run tell nothing. */
    static final String NO_LEDGER = "none";

    /**
     * Runs the job.
     *
     * @throws IllegalStateException if it fails or is cancelled; says why
     */
    public void run(PipelineJob job) throws Exception {
        how.requireFit(place);
        job.hindranceToResume()
                .ifPresent(why -> out.printf("The run cannot be resumed by its name: %s%n", why));
        switch (place.kind()) {
            case HERE -> runHere(job);
            case CLUSTER -> {
                URI address = LocalCluster.at(Path.of(place.name())).requireAddress();
                Map<String, String> ofCluster = new FlinkRestClient(address).jobManagerOptions();
                runOn(address, job, onThisMachine(Configuration.fromMap(ofCluster)));
            }
            case FLINK -> runOn(URI.create(place.name()), job, new Configuration());
        }
    }

    private void runOn(URI address, PipelineJob job, Configuration defaults) throws Exception {
        ProfileFit.check(job.placedProfiles(), new FlinkRestClient(address).taskManagers());
        JobRun run = submit(address, job, defaults);
        if (how.detach()) {
            out.printf("Submitted job %s. Web UI: %s%n", run.id(), address);
            out.flush();
            return;
        }
        new JobFollower(run, out).follow();
    }

    private void runHere(PipelineJob job) throws Exception {
        List<StageProfile> profiles =
                job.placedProfiles().isEmpty() ? List.of(DEFAULT) : job.placedProfiles();
        try (EmbeddedFlink here =
                EmbeddedFlink.start(
                        profiles, job.maxParallelism(), devices(profiles, job), Map.of())) {
            out.printf("Running on Flink in this process. Web UI: %s%n", here.address());
            out.flush();
            JobRun run = submit(here.address(), job, onThisMachine(FlinkSettings.ofProcess()));
            new JobFollower(run, out).follow();
        }
    }

    private List<GpuDevice> devices(List<StageProfile> profiles, PipelineJob job) {
        if (profiles.stream().noneMatch(StageProfile::usesGpu)) {
            return List.of();
        }
        return how.simulated()
                ? EmbeddedDevices.simulated(job.maxParallelism())
                : EmbeddedDevices.discover(job.maxParallelism());
    }

    private JobRun submit(URI address, PipelineJob job, Configuration defaults) throws Exception {
        JobSubmitter submitter = new JobSubmitter(address);
        Configuration submitted = submitter.configuration();
        submitted.addAll(defaults);
        submitted.addAll(options);
        submitted.set(LedgerOptions.PLACE, place.toString());
        submitted.set(LedgerOptions.FLINK, address.toString());
        if (submitted.get(LedgerOptions.URL, "").equals(NO_LEDGER)) {
            submitted.set(LedgerOptions.URL, "");
        }
        return submitter.submit(job.define(submitter.environment()));
    }

    /**
     * The user's ledger and directory of checkpoints, as far as a Flink of this machine has none.
     */
    private static Configuration onThisMachine(Configuration ofFlink) {
        Configuration defaults = new Configuration();
        if (!ofFlink.contains(LedgerOptions.URL)) {
            defaults.set(LedgerOptions.URL, LedgerUrl.EMBEDDED);
        }
        if (!ofFlink.contains(CheckpointingOptions.CHECKPOINTS_DIRECTORY)) {
            defaults.set(
                    CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                    Path.of(System.getProperty("user.home"), ".flink-gpu", "checkpoints")
                            .toUri()
                            .toString());
        }
        return defaults;
    }
}
