package io.flinkgpu.inference.pool.discovery;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.job.PoolRegistryClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ReadableConfig;

/**
 * {@code flink://<job manager>:<REST port>/<pool>}: asks the registry in the pool's own job, which
 * answers as soon as something changes.
 *
 * <p>With {@code security.ssl.rest.enabled} in the pipeline's configuration it speaks TLS.
 */
@Internal
public final class FlinkDiscovery implements PoolDiscovery {

    private static final Duration PATIENCE = Duration.ofSeconds(4);

    @Override
    public String scheme() {
        return "flink";
    }

    @Override
    public MembershipSource open(PoolAddress pool, ReadableConfig options) {
        URI rest = URI.create("http://" + pool.authority());
        if (rest.getHost() == null || rest.getPort() < 0 || pool.name().isBlank()) {
            throw new IllegalArgumentException(
                    "Invalid pool address: '%s'. Write flink://<job manager>:<REST port>/<pool>."
                            .formatted(pool));
        }
        return new Source(new PoolRegistryClient(rest, options));
    }

    private record Source(PoolRegistryClient registry) implements MembershipSource {

        @Override
        public Membership next(Membership known) throws IOException, InterruptedException {
            return registry.members(known, PATIENCE);
        }

        @Override
        public void close() {
            registry.close();
        }
    }
}
