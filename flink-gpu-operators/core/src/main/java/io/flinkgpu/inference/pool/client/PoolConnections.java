package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.process.Lingering;
import java.io.IOException;

/**
 * The connections to pools that the clients of a process share.
 *
 * <p>Clients with equal settings get the same connection. It is kept for a while after the last one
 * has let go, so that a restarted task finds it warm. Safe for use by many threads.
 */
final class PoolConnections {

    private final ClientTimings timings;
    private final ClientThreads threads;
    private final Lingering<PoolClientConfig, PoolConnection> connections;

    PoolConnections(ClientTimings timings, ClientThreads threads) {
        this.timings = timings;
        this.threads = threads;
        this.connections =
                new Lingering<>(threads.timer(), connection -> false, PoolConnection::close);
    }

    /** Those of this process. */
    public static PoolConnections ofProcess() {
        return OfProcess.CONNECTIONS;
    }

    /**
     * A share in the connection with these settings, which is made if there is none.
     *
     * @param localNode this machine, as replicas name theirs; may be empty
     * @throws IOException if a file that the settings name cannot be used
     */
    Share acquire(PoolClientConfig config, String localNode) throws IOException {
        return new Share(
                connections.acquire(
                        config, () -> new PoolConnection(config, localNode, timings, threads)));
    }

    int size() {
        return connections.size();
    }

    /** Closes all connections, used or not; for tests. */
    void closeAll() {
        connections.retireAll();
    }

    /** A client's share in a connection. */
    final class Share implements AutoCloseable {

        private final Lingering<PoolClientConfig, PoolConnection>.Share share;

        private Share(Lingering<PoolClientConfig, PoolConnection>.Share share) {
            this.share = share;
        }

        PoolConnection connection() {
            return share.value();
        }

        /** Lets go; the second time does nothing. */
        @Override
        public void close() {
            share.release(timings.linger());
        }
    }

    /** Made when it is first asked for. */
    private static final class OfProcess {

        private static final PoolConnections CONNECTIONS =
                new PoolConnections(ClientTimings.defaults(), ClientThreads.create());
    }
}
