package io.flinkgpu.inference.pool.discovery;

import io.flinkgpu.inference.pool.PoolAddress;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ReadableConfig;

/** All ways to find the members of pools, by scheme. */
@Internal
public final class PoolDiscoveries {

    private final Map<String, PoolDiscovery> byScheme = new TreeMap<>();

    PoolDiscoveries(Iterable<PoolDiscovery> discoveries) {
        discoveries.forEach(discovery -> byScheme.put(discovery.scheme(), discovery));
    }

    /** Those that {@code loader} finds, which may be a job's with discoveries of its own. */
    public static PoolDiscoveries load(ClassLoader loader) {
        return new PoolDiscoveries(ServiceLoader.load(PoolDiscovery.class, loader));
    }

    /**
     * Prepares to look at a pool with the discovery that its scheme names.
     *
     * @throws IllegalArgumentException if there is none, or it cannot read the address
     */
    public MembershipSource open(PoolAddress pool, ReadableConfig options) {
        PoolDiscovery discovery = byScheme.get(pool.scheme());
        if (discovery == null) {
            throw new IllegalArgumentException(
                    "Invalid pool address: '%s'. Its scheme must be one of %s."
                            .formatted(pool, byScheme.keySet()));
        }
        return discovery.open(pool, options);
    }
}
