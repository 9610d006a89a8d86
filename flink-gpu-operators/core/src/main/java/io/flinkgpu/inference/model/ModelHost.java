package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.BatchSizeLimit;
import io.flinkgpu.inference.model.store.ModelCacheConfig;
import io.flinkgpu.inference.model.store.ModelStore;
import io.flinkgpu.inference.process.DaemonThreads;
import io.flinkgpu.inference.process.Lingering;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import io.flinkgpu.resources.lease.IdleMemory;
import java.time.Duration;
import java.util.ArrayList;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one copy of each model per device for all its users in this process.
 *
 * <p>The first client of a model on a device starts loading it in the background; later ones share
 * it, and their requests merge into common device batches. After the last client let go, the model
 * lingers, so that a restarted task finds it warm, and is then unloaded, at once where a lease
 * needs its memory. The next model of the device is loaded when it is gone. A model whose loading
 * failed, or whose device was lost, is forgotten, so that the next client tries again. A model
 * whose files have changed is another one: the next client gets it, those who have the old one keep
 * that, and with the last of them it goes. Safe for use by many threads.
 */
@Internal
public final class ModelHost {

    private static final Logger LOG = LoggerFactory.getLogger(ModelHost.class);

    private static final int MOST_MODELS = 256;

    /** Each holds a row in direct memory. */
    private static final int MOST_CONTROLS = 64;

    private static final ModelHost OF_PROCESS =
            new ModelHost(
                    ModelRuntimes.onClassPath(),
                    new ModelStore(ModelCacheConfig.defaults()),
                    DaemonThreads.timer(DaemonThreads.named("model-host-timer")));

    static {
        DeviceLeaseTable.ofProcess().count(OF_PROCESS.idleMemory);
    }

    private final ModelRuntimes runtimes;
    private final ModelStore store;
    private final ModelFinder finder;
    private final ScheduledExecutorService scheduler;
    private final Lingering<Key, HostedModel> models;
    private final Map<Place, String> currentFiles = new Latest<>(MOST_MODELS);
    private final Map<Key, BatchSizeLimit> memoryLimits = new Latest<>(MOST_MODELS);
    private final Map<Content, ControlRow> controls = new Latest<>(MOST_CONTROLS);
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
        this(runtimes, new ModelStore(ModelCacheConfig.defaults()), scheduler);
    }

    /** A host of its own with the copies of models that a store keeps, for tests. */
    public ModelHost(
            Iterable<? extends ModelRuntime> runtimes,
            ModelStore store,
            ScheduledExecutorService scheduler) {
        this(new ModelRuntimes(runtimes), store, scheduler);
    }

    private ModelHost(
            ModelRuntimes runtimes, ModelStore store, ScheduledExecutorService scheduler) {
        this.runtimes = runtimes;
        this.store = store;
        this.finder = new ModelFinder(runtimes, store);
        this.scheduler = scheduler;
        this.models = new Lingering<>(scheduler, HostedModel::isUnusable, this::unload);
    }

    /** The host that all tasks of this process share. */
    public static ModelHost ofProcess() {
        return OF_PROCESS;
    }

    /** Where models are kept that are fetched from here on; the last user decides. */
    public void cacheModels(ModelCacheConfig config) {
        store.use(config);
    }

    /**
     * Shares in a model, starting to load it if this is its first user; returns at once. Its files
     * are looked at in the background, and what is asked for waits meanwhile.
     *
     * @throws IllegalArgumentException if no runtime has the name that {@code model} asks for
     */
    public LocalModelClient acquire(ModelRef model, ModelDevice device, ModelUse use) {
        Place place = new Place(model, device.id());
        CompletableFuture<Lingering<Key, HostedModel>.Share> share =
                finder.find(model, use.loadTimeout())
                        .thenApply(version -> share(place, version, device, use));
        return new ModelShare(
                model,
                share.thenApply(Lingering.Share::value),
                () -> {
                    CompletableFuture<?> unused =
                            share.thenAccept(held -> release(held, place, use.linger()));
                },
                scheduler);
    }

    private synchronized Lingering<Key, HostedModel>.Share share(
            Place place, ModelVersion version, ModelDevice device, ModelUse use) {
        Key key = new Key(place, version.fingerprint());
        String former = currentFiles.put(place, version.fingerprint());
        if (former != null && !former.equals(version.fingerprint())) {
            LOG.info("Model {} has changed: it is loaded anew on {}.", version.ref(), device);
            models.retireIfIdle(new Key(place, former));
        }
        Lingering<Key, HostedModel>.Share share =
                models.acquire(key, () -> started(key, version, device, use));
        share.value().joinedBy(use);
        return share;
    }

    /** Nobody will ask for files that are there no more. */
    private void release(Lingering<Key, HostedModel>.Share share, Place place, Duration linger) {
        boolean isCurrent;
        synchronized (this) {
            isCurrent = share.key().fingerprint.equals(currentFiles.get(place));
        }
        share.release(isCurrent ? linger : Duration.ZERO);
    }

    private HostedModel started(Key key, ModelVersion version, ModelDevice device, ModelUse use) {
        BatchSizeLimit memoryLimit =
                memoryLimits.computeIfAbsent(key, unknown -> new BatchSizeLimit(Integer.MAX_VALUE));
        ControlRow control =
                controls.computeIfAbsent(
                        new Content(key.place.model, key.fingerprint), unknown -> new ControlRow());
        StoredModel stored = new StoredModel(runtimes.of(version.ref()), store);
        HostedModel hosted =
                new HostedModel(
                        version,
                        device,
                        stored,
                        use,
                        new DeviceRuns.Learned(memoryLimit, control),
                        listeners);
        CompletableFuture<?> unused =
                hosted.whenUnloaded().whenComplete((gone, failure) -> stored.close());
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
     * The versions of a model that are asked for: one, or all that its location holds. Blocks.
     *
     * @return by number, at least one
     * @throws ModelLoadException if there is none
     * @throws IllegalArgumentException if no runtime has the name that {@code model} asks for
     */
    public SortedMap<Long, ModelVersion> versions(ModelRef model) throws ModelLoadException {
        return finder.versions(model);
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
                                if (key.place.deviceId.equals(deviceUuid)) {
                                    idle.add(
                                            new Holding(
                                                    deviceUuid,
                                                    key.place.model,
                                                    hosted.mostMemoryBytes()));
                                }
                            });
            return idle;
        }

        @Override
        public void letGo(Holding holding) {
            models.idle().keySet().stream()
                    .filter(key -> key.place.deviceId.equals(holding.deviceUuid()))
                    .filter(key -> key.place.model.equals(holding.owner()))
                    .forEach(models::retireIfIdle);
        }
    }

    /** A model that is on its way out; compared by its end. */
    private record Unloading(String deviceId, CompletableFuture<Void> end) {}

    /** A model, as it is asked for, on a device. */
    private record Place(ModelRef model, String deviceId) {}

    /** What was there at one moment. */
    private record Key(Place place, String fingerprint) {}

    /** A model with the files of one moment, on whatever device. */
    private record Content(ModelRef model, String fingerprint) {}

    /** What is known of those that were used last: models come and go in a long life. */
    private static final class Latest<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1L;

        private final int most;

        private Latest(int most) {
            super(most, 0.75f, true);
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > most;
        }
    }
}
