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
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.graph.StreamGraph;

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

    /** Hears of a job on its way to Flink. */
    @FunctionalInterface
    public interface Listener {
        /** Flink is given the job next: where this has not been called, it never runs. */
        default void submitting() {}

        /** The job is submitted, and followed from now on. */
        void submitted(JobID job, URI flink);
    }

    /** What a file without profiles gets in this process. */
    private static final StageProfile DEFAULT =
            StageProfile.named("default")
                    .cpuCores(1)
                    .taskHeap(MemorySize.ofMebiBytes(128))
                    .taskOffHeap(MemorySize.ofMebiBytes(512))
                    .managed(MemorySize.ofMebiBytes(16))
                    .build();

    /** Where the job starts from; Flink's client takes it from the submission, not from the job. */
    private static final List<ConfigOption<?>> RECOVERY =
            List.of(
                    StateRecoveryOptions.SAVEPOINT_PATH,
                    StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE,
                    StateRecoveryOptions.RESTORE_MODE);

    /** The option that makes a run tell nothing. */
    static final String NO_LEDGER = "none";

    /**
     * Runs the job.
     *
     * @throws IllegalStateException if it fails or is cancelled; says why
     */
    public void run(PipelineJob job) throws Exception {
        run(job, (id, flink) -> {});
    }

    /**
     * Runs the job, and tells when it is submitted.
     *
     * @throws IllegalStateException if it fails or is cancelled; says why
     */
    public void run(PipelineJob job, Listener listener) throws Exception {
        how.requireFit(place);
        job.hindranceToResume()
                .ifPresent(why -> out.printf("The run cannot be resumed by its name: %s%n", why));
        switch (place.kind()) {
            case HERE -> runHere(job, listener);
            case CLUSTER -> {
                URI address = LocalCluster.at(Path.of(place.name())).requireAddress();
                Map<String, String> ofCluster = new FlinkRestClient(address).jobManagerOptions();
                runOn(address, job, onThisMachine(Configuration.fromMap(ofCluster)), listener);
            }
            case FLINK -> runOn(URI.create(place.name()), job, new Configuration(), listener);
        }
    }

    private void runOn(URI address, PipelineJob job, Configuration defaults, Listener listener)
            throws Exception {
        ProfileFit.check(job.placedProfiles(), new FlinkRestClient(address).taskManagers());
        JobRun run = submit(address, job, listener, defaults);
        listener.submitted(run.id(), address);
        if (how.detach()) {
            out.printf("Submitted job %s. Web UI: %s%n", run.id(), address);
            out.flush();
            return;
        }
        new JobFollower(run, out).follow();
    }

    private void runHere(PipelineJob job, Listener listener) throws Exception {
        List<StageProfile> profiles =
                job.placedProfiles().isEmpty() ? List.of(DEFAULT) : job.placedProfiles();
        try (EmbeddedFlink here =
                EmbeddedFlink.start(
                        profiles, job.maxParallelism(), devices(profiles, job), Map.of())) {
            out.printf("Running on Flink in this process. Web UI: %s%n", here.address());
            out.flush();
            JobRun run =
                    submit(here.address(), job, listener, onThisMachine(FlinkSettings.ofProcess()));
            listener.submitted(run.id(), here.address());
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

    private JobRun submit(URI address, PipelineJob job, Listener listener, Configuration defaults)
            throws Exception {
        JobSubmitter submitter = new JobSubmitter(address);
        submitter.configuration().addAll(submitted(address, job.settings(), defaults));
        StreamGraph graph = job.define(submitter.environment());
        listener.submitting();
        return submitter.submit(graph);
    }

    /** What is submitted beside the job, whose own settings define() adds. */
    Configuration submitted(URI address, Configuration settings, Configuration defaults) {
        Configuration submitted = new Configuration(defaults);
        submitted.addAll(options);
        if (!options.contains(StateRecoveryOptions.SAVEPOINT_PATH)) {
            RECOVERY.forEach(option -> copy(option, settings, submitted));
        }
        submitted.set(LedgerOptions.PLACE, place.toString());
        submitted.set(LedgerOptions.FLINK, address.toString());
        submitted
                .getOptional(LedgerOptions.URL)
                .ifPresent(url -> submitted.set(LedgerOptions.URL, ledger(url)));
        return submitted;
    }

    /** A job manager has another working directory; a file of another machine is its own affair. */
    private String ledger(String url) {
        if (url.equals(NO_LEDGER)) {
            return "";
        }
        return url.isBlank() || place.kind() == JobPlace.Kind.FLINK
                ? url
                : LedgerUrl.parse(url).absolute().jdbc();
    }

    private static <T> void copy(ConfigOption<T> option, Configuration from, Configuration to) {
        from.getOptional(option).ifPresent(value -> to.set(option, value));
    }

    /**
     * The user's ledger as far as a Flink of this machine has none, and its directory of
     * checkpoints or else the user's; a Flink in this process reads no configuration.
     */
    static Configuration onThisMachine(Configuration ofFlink) {
        Configuration defaults = new Configuration();
        if (!ofFlink.contains(LedgerOptions.URL)) {
            defaults.set(LedgerOptions.URL, LedgerUrl.EMBEDDED);
        }
        defaults.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpointsOnThisMachine(ofFlink));
        return defaults;
    }

    /** The directory of checkpoints of a Flink of this machine, or else the user's. */
    public static String checkpointsOnThisMachine(Configuration ofFlink) {
        return ofFlink.getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY)
                .orElseGet(
                        () ->
                                Path.of(
                                                System.getProperty("user.home"),
                                                ".flink-gpu",
                                                "checkpoints")
                                        .toUri()
                                        .toString());
    }
}
