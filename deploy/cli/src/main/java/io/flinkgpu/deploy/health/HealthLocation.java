package io.flinkgpu.deploy.health;

import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.rest.RestAddress;
import java.net.URI;
import java.nio.file.Path;
import javax.annotation.Nullable;
import picocli.CommandLine.Option;

/** Which cluster's blocklists are meant: a given one, or the local cluster's. */
final class HealthLocation {

    @Nullable
    @Option(
            names = "--address",
            paramLabel = "HOST:PORT",
            description = "REST address of the job manager (default: the local cluster's).")
    private String address;

    @Nullable
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Directory of a local cluster, such as ~/.flink-gpu/pool.")
    private Path directory;

    @Nullable
    @Option(
            names = "--uid",
            paramLabel = "UID",
            description = "Uid of the inference stage, if its job gives it another than its name.")
    private String uid;

    /**
     * The blocklists there.
     *
     * @throws HealthException if no local cluster runs
     * @throws IllegalArgumentException if the address is none
     */
    ClusterHealth open() {
        return new ClusterHealth(rest(), uid);
    }

    private URI rest() {
        if (address != null) {
            return RestAddress.parse(address);
        }
        Path home = directory == null ? LocalCluster.defaultDirectory() : directory;
        return LocalCluster.at(home)
                .address()
                .orElseThrow(
                        () ->
                                new HealthException(
                                        "Cannot find a cluster: no job manager runs in %s. Give --address, or --dir of a local one."
                                                .formatted(home)))
                .rest();
    }
}
