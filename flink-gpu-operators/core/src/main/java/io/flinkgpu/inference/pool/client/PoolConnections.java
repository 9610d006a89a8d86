package io.flinkgpu.inference.pool.client;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * The connections to pools that the clients of a process share.
 *
 * <p>Clients with equal settings get the same connection. It is kept for a while after the last one
 * has let go, so that a restarted task finds it warm. Safe for use by many threads.
 */
@Internal
public final class PoolConnections {

    private final ClientTimings timings;
    private final ClientThreads threads;
    private final Map<PoolClientConfig, Shared> connections = new HashMap<>();

    PoolConnections(ClientTimings timings, ClientThreads threads) {
        this.timings = timings;
        this.threads = threads;
    }

    /** Those of this process. */
    public static PoolConnections ofProcess() {
        return OfProcess.CONNECTIONS;
    }

    /**
     * A hold on the connection with these settings, which is made if there is none.
     *
     * @param localNode this machine, as replicas name theirs; may be empty
     * @throws IOException if a file that the settings name cannot be used
     */
    synchronized Hold acquire(PoolClientConfig config, String localNode) throws IOException {
        Shared shared = connections.get(config);
        if (shared == null) {
            shared = new Shared(new PoolConnection(config, localNode, timings, threads));
            connections.put(config, shared);
        }
        shared.holders++;
        shared.stopLingering();
        return new Hold(shared.connection);
    }

    private synchronized void release(PoolConnection connection) {
        Shared shared = connections.get(connection.config());
        if (shared != null && --shared.holders == 0) {
            shared.linger =
                    connection.schedule(() -> closeUnlessUsed(shared), timings.linger().toNanos());
        }
    }

    private synchronized void closeUnlessUsed(Shared shared) {
        if (shared.holders == 0 && connections.remove(shared.connection.config(), shared)) {
            shared.connection.close();
        }
    }

    synchronized int size() {
        return connections.size();
    }

    /** Closes all connections, held or not; for tests. */
    synchronized void closeAll() {
        connections.values().forEach(shared -> shared.connection.close());
        connections.clear();
    }

    /** A client's hold on a connection. */
    final class Hold implements AutoCloseable {

        private final PoolConnection connection;
        private boolean closed;

        private Hold(PoolConnection connection) {
            this.connection = connection;
        }

        PoolConnection connection() {
            return connection;
        }

        /** Lets go; the second time does nothing. */
        @Override
        public void close() {
            synchronized (PoolConnections.this) {
                if (!closed) {
                    closed = true;
                    release(connection);
                }
            }
        }
    }

    /** A connection with the number of those who hold it. */
    private static final class Shared {

        private final PoolConnection connection;
        private int holders;
        @Nullable private ScheduledFuture<?> linger;

        private Shared(PoolConnection connection) {
            this.connection = connection;
        }

        private void stopLingering() {
            if (linger != null) {
                linger.cancel(false);
                linger = null;
            }
        }
    }

    /** Made when it is first asked for. */
    private static final class OfProcess {

        private static final PoolConnections CONNECTIONS =
                new PoolConnections(ClientTimings.defaults(), ClientThreads.create());
    }
}
