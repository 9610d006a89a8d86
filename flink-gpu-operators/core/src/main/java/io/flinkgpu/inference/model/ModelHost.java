package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.BatchSizeLimit;
import io.flinkgpu.inference.process.DaemonThreads;
import io.flinkgpu.inference.process.Lingering;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import io.flinkgpu.resources.lease.IdleMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.Internal;

/**
 * Keeps one copy of each model per device for all its users in this process.
 *
 * <p>The first client of a model on a device starts loading it in the background; later ones share
 * it, and their requests merge into common device batches. After the last client let go, the model
 * lingers, so that a restarted task finds it warm, and is then unloaded, at once where a lease
 * needs its memory. The next model of the device is loaded when it is gone. A model whose loading
 * failed, or whose device was lost, is forgotten, so that the next client tries again. Safe for use
 * by many threads.
 */
@Internal
public final class ModelHost {

    private static final ModelHost OF_PROCESS =
            new ModelHost(
                    ModelRuntimes.onClassPath(),
                    DaemonThreads.timer(DaemonThreads.named("model-host-timer")));

    static {
        DeviceLeaseTable.ofProcess().count(OF_PROCESS.idleMemory);
    }

    private final ModelRuntimes runtimes;
    private final ScheduledExecutorService scheduler;
    private final Lingering<Key, HostedModel> models;
    private final Map<Key, BatchSizeLimit> memoryLimits = new HashMap<>();
    private final Map<ModelRef, ControlRow> controls = new LatestControls();
    private final Set<Unloading> unloading = ConcurrentHashMap.newKeySet();
    private final IdleMemory idleMemory = new IdleModels();
    private final RunListeners listeners = new RunListeners();
    private long modelsLoaded;

    /**
     * A host of its own, for tests; jobs use {@link #ofProcess()}.
     *
     * @param scheduler runs the end of linger times and deadlines
     */
    public ModelHost(
            Iterable<? extends ModelRuntime> runtimes, ScheduledExecutorService scheduler) {
        this(new ModelRuntimes(runtimes), scheduler);
    }

    private ModelHost(ModelRuntimes runtimes, ScheduledExecutorService scheduler) {
        this.runtimes = runtimes;
        this.scheduler = scheduler;
        this.models = new Lingering<>(scheduler, HostedModel::isUnusable, this::unload);
    }

    /** The host that all tasks of this process share. */
    public static ModelHost ofProcess() {
        return OF_PROCESS;
    }

    /**
     * Shares in a model, starting to load it if this is its first user; returns at once.
     *
     * @throws IllegalArgumentException if no runtime has the name that {@code model} asks for
     */
    public synchronized LocalModelClient acquire(ModelRef model, ModelDevice device, ModelUse use) {
        Key key = new Key(model, device.id());
        Lingering<Key, HostedModel>.Share share =
                models.acquire(key, () -> started(model, device, use));
        share.value().joinedBy(use);
        return new ModelShare(model, share.value(), () -> share.release(use.linger()), scheduler);
    }

    private HostedModel started(ModelRef model, ModelDevice device, ModelUse use) {
        BatchSizeLimit memoryLimit =
                memoryLimits.computeIfAbsent(
                        new Key(model, device.id()),
                        unknown -> new BatchSizeLimit(Integer.MAX_VALUE));
        ControlRow control = controls.computeIfAbsent(model, unknown -> new ControlRow());
        HostedModel hosted =
                new HostedModel(
                        model,
                        device,
                        runtimes.of(model),
                        use,
                        new DeviceRuns.Learned(memoryLimit, control),
                        listeners);
        hosted.start(scheduler, room(device));
        modelsLoaded++;
        return hosted;
    }

    /**
     * The memory of models that linger, for the table that leases their devices. It lives as long
     * as this host.
     */
    public IdleMemory idleMemory() {
        return idleMemory;
    }

    private CompletableFuture<?> room(ModelDevice device) {
        return CompletableFuture.allOf(
                unloading.stream()
                        .filter(model -> model.deviceId.equals(device.id()))
                        .map(Unloading::end)
                        .toArray(CompletableFuture<?>[]::new));
    }

    /** A run that never ends must not keep others from its device for ever. */
    private void unload(HostedModel hosted) {
        if (hosted.mostMemoryBytes() > 0 && !hosted.isLost()) {
            CompletableFuture<Void> end =
                    hosted.whenUnloaded()
                            .copy()
                            .completeOnTimeout(
                                    null, hosted.maxRunTime().toNanos(), TimeUnit.NANOSECONDS);
            Unloading entry = new Unloading(hosted.deviceId(), end);
            unloading.add(entry);
            CompletableFuture<?> unused =
                    end.whenComplete((gone, failure) -> unloading.remove(entry));
        }
        hosted.stop();
    }

    /** Adds a listener to the runs of all models, for good. */
    public void listen(RunListener listener) {
        listeners.add(listener);
    }

    /**
     * The versions of a model that its location holds, by number.
     *
     * @throws ModelLoadException if there is none
     * @throws IllegalArgumentException if no runtime has the name that {@code model} asks for
     */
    public SortedMap<Long, ModelRef> versions(ModelRef model) throws ModelLoadException {
        return runtimes.of(model).versions(model);
    }

    /** How many times this host started to load a model. */
    public synchronized long modelsLoaded() {
        return modelsLoaded;
    }

    /** How many models are loaded, loading or lingering. */
    public int modelsHeld() {
        return models.size();
    }

    /** The models that linger. */
    private final class IdleModels implements IdleMemory {

        @Override
        public List<Holding> on(String deviceUuid) {
            List<Holding> idle = new ArrayList<>();
            models.idle()
                    .forEach(
                            (key, hosted) -> {
                                if (key.deviceId.equals(deviceUuid)) {
                                    idle.add(
                                            new Holding(
                                                    deviceUuid,
                                                    key.model,
                                                    hosted.mostMemoryBytes()));
                                }
                            });
            return idle;
        }

        @Override
        public void letGo(Holding holding) {
            models.retireIfIdle(new Key((ModelRef) holding.owner(), holding.deviceUuid()));
        }
    }

    /** A model that is on its way out; compared by its end. */
    private record Unloading(String deviceId, CompletableFuture<Void> end) {}

    private record Key(ModelRef model, String deviceId) {}

    /** Of the models that were loaded last: versions come and go in a long life. */
    private static final class LatestControls extends LinkedHashMap<ModelRef, ControlRow> {
        private static final long serialVersionUID = 1L;
        private static final int MOST = 64;

        private LatestControls() {
            super(MOST, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<ModelRef, ControlRow> eldest) {
            return size() > MOST;
        }
    }
}
