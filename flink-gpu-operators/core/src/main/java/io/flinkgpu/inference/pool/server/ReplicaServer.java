package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.process.Causes;
import io.flinkgpu.inference.process.DaemonThreads;
import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.lease.DeviceLease;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import io.flinkgpu.resources.lease.DeviceOversubscribedException;
import io.flinkgpu.resources.lease.LeaseRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server of a process, which all its replicas share.
 *
 * <p>Listens while there is a replica, on one port. A replica outlives its lease by the linger
 * time, then drains, and gives models and device back. Safe for use by many threads.
 *
 * <p>Its replicas linger by rules of their own, which {@link
 * io.flinkgpu.inference.process.Lingering} does not have: one has one user at a time, it is taken
 * over by what it serves rather than by a key, makes room for others before its time, and drains
 * while its successor starts.
 */
@Internal
public final class ReplicaServer {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaServer.class);
    private static final Duration SHORTEST_PROBE_STEP = Duration.ofMillis(10);
    private static final int PROBE_STEPS = 4;

    @Nullable private static ReplicaServer ofProcess;

    private final ReplicaServerConfig config;
    private final ModelHost host;
    private final DeviceKeeper devices;
    private final ScheduledExecutorService timer;
    private final ModelCatalog catalog = new ModelCatalog();
    private final ServerCounters counters = new ServerCounters();
    private final InferenceEndpoint endpoint;
    private final List<Entry> entries = new ArrayList<>();
    @Nullable private PortListener listener;
    private CompletableFuture<Void> stopping = CompletableFuture.completedFuture(null);
    private boolean terminating;

    /**
     * A server of its own, for tests; jobs use {@link #ofProcess(ReplicaServerConfig)}.
     *
     * @param timer runs the end of linger times and health checks
     */
    public ReplicaServer(
            ReplicaServerConfig config,
            ModelHost host,
            DeviceLeaseTable devices,
            ScheduledExecutorService timer) {
        this.config = config;
        this.host = host;
        this.devices = new DeviceKeeper(devices);
        this.timer = timer;
        this.endpoint =
                new InferenceEndpoint(
                        catalog,
                        new ResultCache(
                                config.resultCacheBytes(),
                                config.resultCacheTime().toNanos(),
                                System::nanoTime),
                        counters);
    }

    /**
     * The server that all replicas of this process share.
     *
     * <p>While it has replicas it keeps its configuration, and refuses another port, host or
     * protection; without any a new configuration counts.
     *
     * @throws IllegalStateException if its replicas are reached in another way than asked for
     */
    public static synchronized ReplicaServer ofProcess(ReplicaServerConfig config) {
        if (ofProcess != null && ofProcess.config.equals(config)) {
            return ofProcess;
        }
        if (ofProcess == null || ofProcess.isUnused()) {
            awaitPort(ofProcess);
            ofProcess =
                    new ReplicaServer(
                            config,
                            ModelHost.ofProcess(),
                            DeviceLeaseTable.ofProcess(),
                            DaemonThreads.timer(DaemonThreads.numbered("replica-server-timer")));
            return ofProcess;
        }
        if (!ofProcess.config.isReachedLike(config)) {
            throw new IllegalStateException(
                    "Cannot serve with other options for pool.tls.*, pool.token-file, pool.security, pool.server.port or pool.server.host: the server of this process has replicas with the former ones. Wait until these have ended (%s), or restart the task manager."
                            .formatted(PoolOptions.SERVER_LINGER.key()));
        }
        LOG.warn("The replica server of this process keeps the options of its first replica.");
        return ofProcess;
    }

    /** The next server may want the same port. */
    private static void awaitPort(@Nullable ReplicaServer former) {
        if (former != null) {
            former.stopped().join();
        }
    }

    private synchronized boolean isUnused() {
        return entries.isEmpty();
    }

    /**
     * Serves what a pool's subtask asks for; a lingering replica that serves the same is taken over
     * as it is.
     *
     * <p>Returns as soon as the versions of the models have been looked up. Why a replica could not
     * load, {@link ReplicaLease#ready()} tells.
     *
     * @param found devices of this process
     * @param holder who asks, as reports show it
     * @throws IllegalStateException if the server cannot listen, no device has room, or the process
     *     is ending
     */
    public ReplicaLease lease(ReplicaRequest request, Collection<GpuDevice> found, String holder) {
        Optional<ReplicaModels> models = Optional.empty();
        ModelLoadException missing = null;
        try {
            // Outside of the lock: file systems may be slow.
            models = Optional.of(ReplicaModels.of(request, host));
        } catch (ModelLoadException failure) {
            missing = failure;
        }
        return lease(request, found, holder, models, missing);
    }

    private synchronized ReplicaLease lease(
            ReplicaRequest request,
            Collection<GpuDevice> found,
            String holder,
            Optional<ReplicaModels> models,
            @Nullable ModelLoadException missing) {
        if (terminating) {
            throw new IllegalStateException(
                    "Cannot serve pool '%s': the process is ending.".formatted(request.pool()));
        }
        devices.register(found);
        PortListener port = listening();
        try {
            Entry entry =
                    models.isPresent()
                            ? takeOverOrStart(request, models.get(), port, holder)
                            : failed(request, port, missing);
            entry.leased = true;
            return new Lease(entry);
        } catch (RuntimeException failure) {
            stopIfUnused();
            throw failure;
        }
    }

    /** Where the server listens; empty while it has no replica. */
    public synchronized Optional<ReplicaAddress> address() {
        return Optional.ofNullable(listener).map(PortListener::address);
    }

    /** What the server did. */
    public ServerCounters counters() {
        return counters;
    }

    /**
     * Takes nothing new from here on, leases included, and completes when every replica has
     * finished what it has, at most after the drain timeout.
     */
    public CompletableFuture<Void> drain() {
        synchronized (this) {
            terminating = true;
        }
        return drainReplicas();
    }

    /**
     * Has every replica of now take nothing new, and completes when they have finished what they
     * have, at most after the drain timeout. New ones may be leased.
     */
    public CompletableFuture<Void> drainReplicas() {
        List<CompletableFuture<Void>> drained = new ArrayList<>();
        synchronized (this) {
            for (Entry entry : List.copyOf(entries)) {
                drained.add(drain(entry));
            }
        }
        return CompletableFuture.allOf(drained.toArray(CompletableFuture<?>[]::new))
                .thenCompose(all -> stopped());
    }

    private Entry takeOverOrStart(
            ReplicaRequest request, ReplicaModels models, PortListener port, String holder) {
        drainBroken();
        for (Entry entry : entries) {
            if (!entry.leased && entry.replica.serves(request, models)) {
                LOG.info("Pool '{}' takes over the replica that lingers.", request.pool());
                return entry;
            }
        }
        return start(request, models, port, holder);
    }

    /** What broke while it lingered only keeps its device from others. */
    private void drainBroken() {
        for (Entry entry : List.copyOf(entries)) {
            if (!entry.leased && entry.replica.isBroken()) {
                CompletableFuture<Void> unused = drain(entry);
            }
        }
    }

    private Entry start(
            ReplicaRequest request, ReplicaModels models, PortListener port, String holder) {
        HeldReplica replica =
                new HeldReplica(
                        request,
                        models,
                        port.address(),
                        config.node(),
                        new RowRate(System::nanoTime));
        Entry entry = new Entry(replica);
        if (!replica.usesGpu()) {
            open(entry, request, models, null);
        } else {
            openOnDevice(entry, request, models, LeaseRequest.of(holder, request.profile()));
        }
        entries.add(entry);
        scheduleProbe(entry);
        return entry;
    }

    private void openOnDevice(
            Entry entry, ReplicaRequest request, ReplicaModels models, LeaseRequest wanted) {
        try {
            open(entry, request, models, devices.acquire(wanted).join());
        } catch (CompletionException refused) {
            if (!(refused.getCause() instanceof DeviceOversubscribedException full)) {
                throw refused.getCause() instanceof RuntimeException cause ? cause : refused;
            }
            List<CompletableFuture<Void>> freed = drainLingering();
            if (freed.isEmpty()) {
                throw full;
            }
            CompletableFuture<?> unused =
                    CompletableFuture.allOf(freed.toArray(CompletableFuture<?>[]::new))
                            .thenCompose(all -> devices.acquire(wanted))
                            .whenComplete(
                                    (lease, failure) ->
                                            openLater(entry, request, models, lease, failure));
        }
    }

    /** What lingers makes room for what is wanted. */
    private List<CompletableFuture<Void>> drainLingering() {
        return List.copyOf(entries).stream()
                .filter(entry -> !entry.leased && entry.replica.usesGpu())
                .map(this::drain)
                .toList();
    }

    private synchronized void openLater(
            Entry entry,
            ReplicaRequest request,
            ReplicaModels models,
            @Nullable DeviceLease lease,
            @Nullable Throwable failure) {
        if (lease == null) {
            entry.replica.fail(Causes.unwrapped(failure));
        } else if (entry.replica.isDraining()) {
            lease.close();
        } else {
            try {
                open(entry, request, models, lease);
            } catch (RuntimeException refused) {
                entry.replica.fail(refused);
            }
        }
    }

    private void open(
            Entry entry,
            ReplicaRequest request,
            ReplicaModels models,
            @Nullable DeviceLease lease) {
        ModelDevice device = lease == null ? ModelDevice.cpu() : ModelDevice.of(lease);
        try {
            List<ModelCopy> copies = models.load(host, device, request, config);
            entry.replica.open(lease, copies);
            catalog.add(copies);
        } catch (RuntimeException failure) {
            if (lease != null) {
                lease.close();
            }
            throw failure;
        }
    }

    private Entry failed(ReplicaRequest request, PortListener port, ModelLoadException missing) {
        Entry entry =
                new Entry(
                        new HeldReplica(
                                request,
                                new ReplicaModels(Map.of()),
                                port.address(),
                                config.node(),
                                new RowRate(System::nanoTime)));
        entry.replica.fail(missing);
        entries.add(entry);
        return entry;
    }

    private void scheduleProbe(Entry entry) {
        Duration step = config.healthInterval().dividedBy(PROBE_STEPS);
        if (step.compareTo(SHORTEST_PROBE_STEP) < 0) {
            step = SHORTEST_PROBE_STEP;
        }
        entry.probes =
                timer.scheduleWithFixedDelay(
                        () ->
                                entry.replica.copies().stream()
                                        .filter(ModelCopy::isServing)
                                        .forEach(
                                                copy ->
                                                        copy.health()
                                                                .probeIfIdle(
                                                                        copy.signature()
                                                                                .orElseThrow(),
                                                                        config.healthInterval())),
                        step.toNanos(),
                        step.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    private synchronized void release(Entry entry) {
        if (!entry.leased) {
            return;
        }
        entry.leased = false;
        if (entry.replica.isBroken()) {
            CompletableFuture<Void> unused = drain(entry);
            return;
        }
        long period = ++entry.lingerPeriods;
        ScheduledFuture<?> unused =
                timer.schedule(
                        () -> drainIfStillLingering(entry, period),
                        config.linger().toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    private synchronized void drainIfStillLingering(Entry entry, long period) {
        if (!entry.leased && entry.lingerPeriods == period) {
            CompletableFuture<Void> unused = drain(entry);
        }
    }

    private CompletableFuture<Void> drain(Entry entry) {
        if (entry.gone == null) {
            entry.gone =
                    entry.replica
                            .drain(config.drainTimeout())
                            .whenComplete((drained, never) -> retire(entry));
        }
        return entry.gone;
    }

    private synchronized void retire(Entry entry) {
        catalog.remove(entry.replica.copies());
        entry.replica.close();
        if (entry.probes != null) {
            entry.probes.cancel(false);
        }
        entries.remove(entry);
        stopIfUnused();
    }

    private PortListener listening() {
        if (listener == null) {
            stopping.join(); // the port may be the same
            listener = PortListener.start(config, endpoint, counters);
            LOG.info("Replica server listens on {}.", listener.address());
        }
        return listener;
    }

    private void stopIfUnused() {
        if (entries.isEmpty() && listener != null) {
            LOG.info("Replica server on {} stops: it has no replica.", listener.address());
            stopping = listener.stop();
            listener = null;
        }
    }

    private synchronized CompletableFuture<Void> stopped() {
        return stopping;
    }

    /** A replica and its life in this server; guarded by the server. */
    private static final class Entry {
        private final HeldReplica replica;
        private boolean leased;
        private long lingerPeriods;
        @Nullable private ScheduledFuture<?> probes;
        @Nullable private CompletableFuture<Void> gone;

        private Entry(HeldReplica replica) {
            this.replica = replica;
        }
    }

    /** A subtask's share in a replica. */
    private final class Lease implements ReplicaLease {
        private final Entry entry;
        private boolean closed;

        private Lease(Entry entry) {
            this.entry = entry;
        }

        @Override
        public CompletableFuture<Void> ready() {
            return entry.replica.ready().copy();
        }

        @Override
        public boolean isBroken() {
            return entry.replica.isBroken();
        }

        @Override
        public Replica describe() {
            return entry.replica.describe();
        }

        @Override
        public void close() {
            synchronized (ReplicaServer.this) {
                if (!closed) {
                    closed = true;
                    release(entry);
                }
            }
        }
    }
}
