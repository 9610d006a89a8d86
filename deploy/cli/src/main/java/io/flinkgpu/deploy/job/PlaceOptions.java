package io.flinkgpu.deploy.job;

import io.flinkgpu.deploy.cluster.LocalCluster;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Option;

/** The options that say where a job runs, and whether the command waits for its end. */
@Internal
public final class PlaceOptions {

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

    /**
     * The place that is asked for; empty: none is.
     *
     * @throws IllegalArgumentException if two are
     */
    public Optional<JobPlace> asked() {
        if (onCluster && flink != null) {
            throw new IllegalArgumentException(
                    "Invalid --flink: --cluster names another Flink. Give one of the two.");
        }
        if (flink != null) {
            return Optional.of(JobPlace.flink(flink));
        }
        if (onCluster) {
            return Optional.of(
                    JobPlace.cluster(
                            Optional.ofNullable(clusterDirectory)
                                    .orElseGet(LocalCluster::defaultDirectory)));
        }
        return Optional.empty();
    }

    /** Whether the command returns when the job is submitted. */
    public boolean detach() {
        return detach;
    }

    /**
     * Checks that a job which is left alone goes on.
     *
     * @throws IllegalArgumentException if it would end with this process
     */
    public void requireFit(JobPlace place) {
        if (detach && place.kind() == JobPlace.Kind.HERE) {
            throw new IllegalArgumentException(
                    "Invalid --detach: the job would end with this process. Add --cluster or --flink.");
        }
    }

    /** Whether devices are simulated even where real ones exist. */
    public boolean simulated() {
        return simulated;
    }
}
