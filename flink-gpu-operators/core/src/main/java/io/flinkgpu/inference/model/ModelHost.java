package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.BatchSizeLimit;
import io.flinkgpu.inference.process.DaemonThreads;
import io.flinkgpu.inference.process.Lingering;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.flink.annotation.Internal;

/**
 * Keeps one copy of each model per device for all its users in this process.
 *
 * <p>The first client of a model on a device starts loading it in the background; later ones share
 * it, and their requests merge into common device batches. After the last client let go, the model
 * lingers, so that a restarted task finds it warm, and is then unloaded. A model whose loading
 * failed, or whose device was lost, is forgotten, so that the next client tries again. Safe for use
 * by many threads.
 */
@Internal
public final class ModelHost {

    private static final ModelHost OF_PROCESS =
            new ModelHost(
                    ModelRuntimes.onClassPath(),
                    DaemonThreads.timer(DaemonThreads.named("model-host-timer")));

    private final ModelRuntimes runtimes;
    private final ScheduledExecutorService scheduler;
    private final Lingering<Key, HostedModel> models;
    private final Map<Key, BatchSizeLimit> memoryLimits = new HashMap<>();
    private final Map<ModelRef, ControlRow> controls = new HashMap<>();
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
        this.models = new Lingering<>(scheduler, HostedModel::isUnusable, HostedModel::stop);
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
        hosted.start(scheduler);
        modelsLoaded++;
        return hosted;
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

    private record Key(ModelRef model, String deviceId) {}
}
