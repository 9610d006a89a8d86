package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server of a process, and the replicas that it serves.
 *
 * <p>It listens from the first lease until the last replica has drained. A replica whose subtask
 * has gone lingers: it serves on, and the next lease of the same takes it over as it is. After the
 * linger time it drains: it finishes what it has and takes nothing new, and then gives models and
 * device back. Safe for use by many threads.
 */
public final class ReplicaServer {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaServer.class);
    private static final long DRAIN_LOOK_MILLIS = 20;

    @Nullable private static ReplicaServer ofProcess;

    private final ReplicaServerConfig config;
    private final ReplicaFactory factory;
    private final ScheduledExecutorService timer;
    private final ServerCounters counters = new ServerCounters();
    private final ModelCatalog catalog = new ModelCatalog();
    private final List<ServedReplica> replicas = new ArrayList<>();
    @Nullable private Endpoint endpoint;
    @Nullable private ScheduledFuture<?> healthChecks;

    /** A server of its own, for tests; pools use {@link #ofProcess}. */
    ReplicaServer(
            ReplicaServerConfig config,
            ModelHost host,
            DeviceLeaseTable devices,
            ScheduledExecutorService timer) {
        this.config = config;
        this.factory = new ReplicaFactory(config, host, devices);
        this.timer = timer;
    }

    /**
     * The server that all replicas of this process share.
     *
     * @param config counts while the process serves nothing; others are ignored until then
     */
    public static synchronized ReplicaServer ofProcess(ReplicaServerConfig config) {
        if (ofProcess == null || (ofProcess.isIdle() && !ofProcess.config.equals(config))) {
            ofProcess =
                    new ReplicaServer(
                            config,
                            ModelHost.ofProcess(),
                            DeviceLeaseTable.ofProcess(),
                            newTimer());
        } else if (!ofProcess.config.equals(config)) {
            LOG.warn(
                    "Serving on with the settings of this process's first pool: {}",
                    ofProcess.config);
        }
        return ofProcess;
    }

    /**
     * Serves what a pool's subtask asks for, starting to load it unless it still lingers here;
     * returns before the models are loaded.
     *
     * @param devices that Flink gives to the subtask; empty where the models run on the processor
     * @param holder who asks, for reports of devices
     * @throws ModelLoadException if a model is not there
     * @throws IllegalStateException if the server cannot listen
     */
    public synchronized ReplicaLease lease(
            ReplicaRequest request, Collection<GpuDevice> devices, String holder)
            throws ModelLoadException {
        ServedReplica replica =
                replicas.stream()
                        .filter(known -> known.isLingering() && known.request().equals(request))
                        .findFirst()
                        .orElse(null);
        if (replica == null) {
            replica = factory.create(request, devices, holder);
            replicas.add(replica);
            catalog.addAll(replica.versions());
        }
        replica.takeOver();
        return new Lease(replica, listen());
    }

    /** What the server has done so far. */
    public ServerCounters counters() {
        return counters;
    }

    /**
     * Takes no new request, and waits until all that it has are answered, for the drain time at
     * most. For the end of the process: nothing is given back.
     *
     * @return whether all were answered
     */
    public boolean drain() throws InterruptedException {
        List<ServedReplica> all;
        synchronized (this) {
            all = List.copyOf(replicas);
            all.forEach(ServedReplica::drain);
        }
        long deadline = System.nanoTime() + config.drainTimeout().toNanos();
        while (all.stream().anyMatch(replica -> replica.pendingRows() > 0)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(DRAIN_LOOK_MILLIS);
        }
        return true;
    }

    synchronized boolean isIdle() {
        return replicas.isEmpty();
    }

    private ReplicaAddress listen() {
        if (endpoint == null) {
            ResultCache cache =
                    new ResultCache(
                            config.resultCacheBytes(), config.resultCacheTime(), System::nanoTime);
            InferenceService service = new InferenceService(catalog, cache, counters);
            endpoint = Endpoint.start(config, service, catalog, counters);
            long interval = Math.max(1, config.healthInterval().toMillis() / 2);
            healthChecks =
                    timer.scheduleWithFixedDelay(
                            () -> catalog.all().forEach(ServedVersion::checkHealth),
                            interval,
                            interval,
                            TimeUnit.MILLISECONDS);
        }
        return endpoint.address();
    }

    private synchronized void release(ServedReplica replica) {
        long idlePeriod = replica.linger();
        ScheduledFuture<?> unused =
                timer.schedule(
                        () -> drainIfStillIdle(replica, idlePeriod),
                        config.linger().toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    private synchronized void drainIfStillIdle(ServedReplica replica, long idlePeriod) {
        if (replica.stillLingers(idlePeriod)) {
            replica.drain();
            closeWhenDrained(replica, System.nanoTime() + config.drainTimeout().toNanos());
        }
    }

    private synchronized void closeWhenDrained(ServedReplica replica, long deadline) {
        if (replica.pendingRows() > 0 && System.nanoTime() < deadline) {
            ScheduledFuture<?> unused =
                    timer.schedule(
                            () -> closeWhenDrained(replica, deadline),
                            DRAIN_LOOK_MILLIS,
                            TimeUnit.MILLISECONDS);
            return;
        }
        catalog.removeAll(replica.versions());
        replicas.remove(replica);
        replica.close();
        LOG.info("A replica of pool '{}' has drained and is gone.", replica.request().pool());
        if (replicas.isEmpty()) {
            stopListening();
        }
    }

    private void stopListening() {
        if (healthChecks != null) {
            healthChecks.cancel(false);
            healthChecks = null;
        }
        if (endpoint != null) {
            endpoint.close();
            endpoint = null;
        }
    }

    private static ScheduledExecutorService newTimer() {
        return Executors.newSingleThreadScheduledExecutor(
                work -> {
                    Thread thread = new Thread(work, "replica-server-timer");
                    thread.setDaemon(true);
                    // INVARIANT: the server outlives jobs, so it never holds a job's class loader.
                    thread.setContextClassLoader(ReplicaServer.class.getClassLoader());
                    return thread;
                });
    }

    /** A subtask's hold on a replica. */
    private final class Lease implements ReplicaLease {
        private final ServedReplica replica;
        private final ReplicaAddress address;
        private boolean closed;

        private Lease(ServedReplica replica, ReplicaAddress address) {
            this.replica = replica;
            this.address = address;
        }

        @Override
        public CompletableFuture<Void> ready() {
            return replica.ready();
        }

        @Override
        public Replica describe() {
            return replica.describe(address, config.node());
        }

        @Override
        public void close() {
            synchronized (ReplicaServer.this) {
                if (!closed) {
                    closed = true;
                    release(replica);
                }
            }
        }
    }
}
