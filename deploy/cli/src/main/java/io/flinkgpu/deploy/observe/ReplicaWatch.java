package io.flinkgpu.deploy.observe;

import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ReplicaState;
import io.flinkgpu.inference.pool.job.PoolRegistryClient;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the replicas of a pool while a run goes on, and remembers all that it saw.
 *
 * <p>A pool whose registry cannot be asked at the moment shows as it was. Not thread-safe.
 */
@Internal
public final class ReplicaWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaWatch.class);

    private final PoolRegistryClient registry;
    private final String pool;
    private final Map<ReplicaAddress, Replica> seen = new LinkedHashMap<>();
    private List<Replica> members = List.of();
    @Nullable private String problem;

    /** A watch of a pool that a Flink job is; does not connect yet. */
    public ReplicaWatch(PoolAddress pool) {
        this.registry =
                new PoolRegistryClient(
                        URI.create("http://" + pool.authority()), new Configuration());
        this.pool = pool.name();
    }

    /** Looks again. */
    public void update() throws InterruptedException {
        try {
            members = registry.members(pool).replicas();
            members.forEach(replica -> seen.put(replica.address(), replica));
            problem = null;
        } catch (IOException away) {
            problem = away.getMessage();
            LOG.info("The registry of pool '{}' cannot be asked.", pool, away);
        }
    }

    /** Why the registry could not be asked at the last look; empty if it answered. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** How many replicas take requests. */
    public long ready() {
        return members.stream().filter(replica -> replica.state() == ReplicaState.READY).count();
    }

    /** One phrase about the load of each replica. */
    public String describe() {
        return members.stream()
                .map(ReplicaWatch::describe)
                .collect(Collectors.joining(" | ", ready() + " replicas: ", ""));
    }

    /** Every replica that was ever seen, as it was last seen. */
    public List<ReplicaUse> uses() {
        return seen.values().stream()
                .map(
                        replica ->
                                new ReplicaUse(
                                        replica.address().toString(),
                                        replica.device(),
                                        replica.load().rowsServed()))
                .toList();
    }

    @Override
    public void close() {
        registry.close();
    }

    private static String describe(Replica replica) {
        return String.format(
                Locale.ROOT,
                "%d %s %,.0f/s (%d waiting)",
                replica.address().port(),
                replica.state().name().toLowerCase(Locale.ROOT),
                replica.load().rowsPerSecond(),
                replica.load().waitingRows());
    }
}
