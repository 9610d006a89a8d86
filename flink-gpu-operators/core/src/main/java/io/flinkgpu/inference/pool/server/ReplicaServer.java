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
    private final List<Hold> holds = new ArrayList<>();
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
        return holds.isEmpty();
    }

    /**
     * Serves what a pool's subtask asks for; a lingering replica that serves the same is taken over
     * as it is.
     *
     * <p>Returns at once. What a loading replica fails of, {@link ReplicaLease#ready()} tells.
     *
     * @param found devices of this process
     * @param holder who asks, as reports show it
     * @throws IllegalStateException if the server cannot listen, no device has room, or the process
     *     is ending
     */
    public synchronized ReplicaLease lease(
            ReplicaRequest request, Collection<GpuDevice> found, String holder) {
        if (terminating) {
            throw new IllegalStateException(
                    "Cannot serve pool '%s': the process is ending.".formatted(request.pool()));
        }
        devices.register(found);
        Optional<ReplicaModels> models = Optional.empty();
        ModelLoadException missing = null;
        try {
            models = Optional.of(ReplicaModels.of(request, host));
        } catch (ModelLoadException failure) {
            missing = failure;
        }
        PortListener port = listening();
        try {
            Hold hold =
                    models.isPresent()
                            ? takeOverOrStart(request, models.get(), port, holder)
                            : failed(request, port, missing);
            hold.leased = true;
            return new Lease(hold);
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
        List<CompletableFuture<Void>> drained = new ArrayList<>();
        synchronized (this) {
            terminating = true;
            for (Hold hold : List.copyOf(holds)) {
                drained.add(drain(hold));
            }
        }
        return CompletableFuture.allOf(drained.toArray(CompletableFuture<?>[]::new))
                .thenCompose(all -> stopped());
    }

    private Hold takeOverOrStart(
            ReplicaRequest request, ReplicaModels models, PortListener port, String holder) {
        drainBroken();
        for (Hold hold : holds) {
            if (!hold.leased && hold.replica.serves(request, models)) {
                LOG.info("Pool '{}' takes over the replica that lingers.", request.pool());
                return hold;
            }
        }
        return start(request, models, port, holder);
    }

    /** What broke while it lingered only keeps its device from others. */
    private void drainBroken() {
        for (Hold hold : List.copyOf(holds)) {
            if (!hold.leased && hold.replica.isBroken()) {
                CompletableFuture<Void> unused = drain(hold);
            }
        }
    }

    private Hold start(
            ReplicaRequest request, ReplicaModels models, PortListener port, String holder) {
        HeldReplica replica =
                new HeldReplica(
                        request,
                        models,
                        port.address(),
                        config.node(),
                        new RowRate(System::nanoTime));
        Hold hold = new Hold(replica);
        if (!replica.usesGpu()) {
            open(hold, request, models, null);
        } else {
            openOnDevice(hold, request, models, LeaseRequest.of(holder, request.profile()));
        }
        holds.add(hold);
        scheduleProbe(hold);
        return hold;
    }

    private void openOnDevice(
            Hold hold, ReplicaRequest request, ReplicaModels models, LeaseRequest wanted) {
        try {
            open(hold, request, models, devices.acquire(wanted).join());
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
                                            openLater(hold, request, models, lease, failure));
        }
    }

    /** What lingers makes room for what is wanted. */
    private List<CompletableFuture<Void>> drainLingering() {
        return List.copyOf(holds).stream()
                .filter(hold -> !hold.leased && hold.replica.usesGpu())
                .map(this::drain)
                .toList();
    }

    private synchronized void openLater(
            Hold hold,
            ReplicaRequest request,
            ReplicaModels models,
            @Nullable DeviceLease lease,
            @Nullable Throwable failure) {
        if (lease == null) {
            hold.replica.fail(Causes.unwrapped(failure));
        } else if (hold.replica.isDraining()) {
            lease.close();
        } else {
            try {
                open(hold, request, models, lease);
            } catch (RuntimeException refused) {
                hold.replica.fail(refused);
            }
        }
    }

    private void open(
            Hold hold, ReplicaRequest request, ReplicaModels models, @Nullable DeviceLease lease) {
        ModelDevice device = lease == null ? ModelDevice.cpu() : ModelDevice.of(lease);
        try {
            List<ModelCopy> copies = models.load(host, device, request, config);
            hold.replica.open(lease, copies);
            catalog.add(copies);
        } catch (RuntimeException failure) {
            if (lease != null) {
                lease.close();
            }
            throw failure;
        }
    }

    private Hold failed(ReplicaRequest request, PortListener port, ModelLoadException missing) {
        Hold hold =
                new Hold(
                        new HeldReplica(
                                request,
                                new ReplicaModels(Map.of()),
                                port.address(),
                                config.node(),
                                new RowRate(System::nanoTime)));
        hold.replica.fail(missing);
        holds.add(hold);
        return hold;
    }

    private void scheduleProbe(Hold hold) {
        Duration step = config.healthInterval().dividedBy(PROBE_STEPS);
        if (step.compareTo(SHORTEST_PROBE_STEP) < 0) {
            step = SHORTEST_PROBE_STEP;
        }
        hold.probes =
                timer.scheduleWithFixedDelay(
                        () ->
                                hold.replica.copies().stream()
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

    private synchronized void release(Hold hold) {
        if (!hold.leased) {
            return;
        }
        hold.leased = false;
        if (hold.replica.isBroken()) {
            CompletableFuture<Void> unused = drain(hold);
            return;
        }
        long period = ++hold.lingerPeriods;
        ScheduledFuture<?> unused =
                timer.schedule(
                        () -> drainIfStillLingering(hold, period),
                        config.linger().toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    private synchronized void drainIfStillLingering(Hold hold, long period) {
        if (!hold.leased && hold.lingerPeriods == period) {
            CompletableFuture<Void> unused = drain(hold);
        }
    }

    private CompletableFuture<Void> drain(Hold hold) {
        if (hold.gone == null) {
            hold.gone =
                    hold.replica
                            .drain(config.drainTimeout())
                            .whenComplete((drained, never) -> retire(hold));
        }
        return hold.gone;
    }

    private synchronized void retire(Hold hold) {
        catalog.remove(hold.replica.copies());
        hold.replica.close();
        if (hold.probes != null) {
            hold.probes.cancel(false);
        }
        holds.remove(hold);
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
        if (holds.isEmpty() && listener != null) {
            LOG.info("Replica server on {} stops: it has no replica.", listener.address());
            stopping = listener.stop();
            listener = null;
        }
    }

    private synchronized CompletableFuture<Void> stopped() {
        return stopping;
    }

    /** A replica and its life in this server; guarded by the server. */
    private static final class Hold {
        private final HeldReplica replica;
        private boolean leased;
        private long lingerPeriods;
        @Nullable private ScheduledFuture<?> probes;
        @Nullable private CompletableFuture<Void> gone;

        private Hold(HeldReplica replica) {
            this.replica = replica;
        }
    }

    /** A subtask's share in a replica. */
    private final class Lease implements ReplicaLease {
        private final Hold hold;
        private boolean closed;

        private Lease(Hold hold) {
            this.hold = hold;
        }

        @Override
        public CompletableFuture<Void> ready() {
            return hold.replica.ready().copy();
        }

        @Override
        public boolean isBroken() {
            return hold.replica.isBroken();
        }

        @Override
        public Replica describe() {
            return hold.replica.describe();
        }

        @Override
        public void close() {
            synchronized (ReplicaServer.this) {
                if (!closed) {
                    closed = true;
                    release(hold);
                }
            }
        }
    }
}
