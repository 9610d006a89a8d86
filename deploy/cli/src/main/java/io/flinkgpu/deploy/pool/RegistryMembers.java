package io.flinkgpu.deploy.pool;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.job.PoolRegistryClient;
import java.io.IOException;
import java.net.URI;
import org.apache.flink.configuration.Configuration;

/** The members that the pools' registries tell over the REST API. */
final class RegistryMembers implements PoolMembers {

    private final PoolRegistryClient client;

    RegistryMembers(URI rest) {
        client = new PoolRegistryClient(rest, new Configuration());
    }

    @Override
    public Membership of(String pool) throws IOException, InterruptedException {
        return client.members(pool);
    }

    @Override
    public void close() {
        client.close();
    }
}
