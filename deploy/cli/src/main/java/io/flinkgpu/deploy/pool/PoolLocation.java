package io.flinkgpu.deploy.pool;

import io.flinkgpu.deploy.cluster.ClusterAddress;
import io.flinkgpu.deploy.cluster.ClusterKind;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.rest.RestAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The job manager that pools run on: a given one, or the local pool cluster's. */
final class PoolLocation {

    @ArgGroup private Choice choice = new Choice();

    /** One of both, or none. */
    static final class Choice {

        @Option(
                names = "--address",
                paramLabel = "HOST:PORT",
                description = "REST address of the pool's job manager (default: the local pool's).")
        private String address;

        @Option(
                names = "--dir",
                paramLabel = "DIR",
                description = "Directory of the local pool's cluster (default: ~/.flink-gpu/pool).")
        private Path directory;
    }

    /**
     * The root of the REST API.
     *
     * @throws PoolException if no local pool's cluster runs
     * @throws IllegalArgumentException if the address is none
     */
    URI rest() {
        return choice.address == null ? local() : RestAddress.parse(choice.address);
    }

    private URI local() {
        Path directory =
                Optional.ofNullable(choice.directory).orElseGet(ClusterKind.POOL::defaultDirectory);
        return LocalCluster.at(directory)
                .address()
                .map(ClusterAddress::rest)
                .orElseThrow(
                        () ->
                                new PoolException(
                                        "Cannot find a pool: no job manager runs in %s. Run './flink-gpu cluster up --kind pool' first, or give --address."
                                                .formatted(directory)));
    }
}
