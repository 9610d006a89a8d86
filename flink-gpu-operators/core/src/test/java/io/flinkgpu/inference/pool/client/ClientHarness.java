package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.config.CheckedOptions;
import io.flinkgpu.inference.fault.Backoff;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.MembersChanged;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.PoolSecurity;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.configuration.Configuration;

/** Clients of scripted replicas, with threads of their own and short pauses. */
final class ClientHarness implements AutoCloseable {

    static final PoolAddress POOL = PoolAddress.parse("static://localhost:1");
    static final Duration LINGER = Duration.ofMillis(200);

    private static final ClientTimings TIMINGS =
            new ClientTimings(
                    new Backoff(Duration.ofMillis(1), Duration.ofMillis(20), 1),
                    Duration.ofMillis(5),
                    Duration.ofMillis(100),
                    Duration.ofMillis(20),
                    LINGER);

    private static final ClientThreads THREADS = ClientThreads.create();

    final PoolConnections connections = new PoolConnections(TIMINGS, THREADS);
    final DirectBufferPool memory = new DirectBufferPool(1L << 30);
    private long version;

    static PoolClientConfig config() {
        return config(Duration.ofSeconds(30), PoolSecurity.loopbackOnly());
    }

    static PoolClientConfig config(Duration attemptTimeout, PoolSecurity security) {
        return config(attemptTimeout, security, new Configuration());
    }

    /** With what the options say about faults, and the defaults of those that they leave out. */
    static PoolClientConfig config(Configuration faults) {
        return config(Duration.ofSeconds(30), PoolSecurity.loopbackOnly(), faults);
    }

    private static PoolClientConfig config(
            Duration attemptTimeout, PoolSecurity security, Configuration faults) {
        return config(attemptTimeout, security, faults, true);
    }

    /** Whose batches go together where they wait. */
    static PoolClientConfig mergingConfig(Duration attemptTimeout) {
        return config(attemptTimeout, PoolSecurity.loopbackOnly(), new Configuration(), false);
    }

    private static PoolClientConfig config(
            Duration attemptTimeout,
            PoolSecurity security,
            Configuration faults,
            boolean resultCache) {
        return new PoolClientConfig(
                List.of(POOL),
                2,
                512,
                attemptTimeout,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                resultCache,
                ScriptedReplica.LIMITS,
                security,
                PoolFaultConfig.from(new CheckedOptions(faults)));
    }

    RemoteModelClient client() {
        return client(config());
    }

    RemoteModelClient client(PoolClientConfig config) {
        try {
            return new RemoteModelClient(
                    ModelRef.savedModel("/models/digits/3"),
                    config,
                    connections.acquire(config, ""));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** News of these members, each time newer. */
    MembersChanged members(ScriptedReplica... replicas) {
        return members(
                Arrays.stream(replicas).map(ScriptedReplica::asMember).toArray(Replica[]::new));
    }

    /** News of these members, each time newer. */
    MembersChanged members(Replica... replicas) {
        return new MembersChanged(
                List.of(new Membership(POOL, ++version, true, List.of(replicas))));
    }

    /** One row in pooled memory, told apart by its first value. */
    TensorBatch batch(float value) {
        return batch(value, 1);
    }

    /** As many rows in pooled memory, told apart by their values: {@code [value, row]}. */
    TensorBatch batch(float value, int count) {
        float[] values = new float[2 * count];
        for (int row = 0; row < count; row++) {
            values[2 * row] = value;
            values[2 * row + 1] = row;
        }
        Tensor rows = Tensor.ofFloats(Shape.of(count, 2), values);
        return TensorBatch.of(
                "x", Tensor.copyOf(rows.dataType(), rows.shape(), rows.data(), memory));
    }

    /** Calls that wait in line, of all clients with these settings. */
    int waiting(PoolClientConfig config) {
        try (PoolConnections.Share share = connections.acquire(config, "")) {
            return share.connection().waiting();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Bytes of batches that have been closed. */
    long returnedBytes() {
        return memory.idleBytes();
    }

    @Override
    public void close() {
        connections.closeAll();
    }
}
