package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.BatchSizeLimit;
import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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

    private static final ModelHost OF_PROCESS = new ModelHost(ModelRuntimes.onClassPath(), timer());

    private final ModelRuntimes runtimes;
    private final ScheduledExecutorService scheduler;
    private final Map<Key, Entry> entries = new HashMap<>();
    private final Map<Key, BatchSizeLimit> memoryLimits = new HashMap<>();
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
        Entry entry = entries.get(key);
        if (entry == null || entry.model.isUnusable()) {
            BatchSizeLimit memoryLimit =
                    memoryLimits.computeIfAbsent(
                            key, unknown -> new BatchSizeLimit(Integer.MAX_VALUE));
            entry =
                    new Entry(
                            new HostedModel(
                                    model,
                                    device,
                                    runtimes.of(model),
                                    use,
                                    memoryLimit,
                                    listeners));
            entry.model.start(scheduler);
            entries.put(key, entry);
            modelsLoaded++;
        }
        entry.model.batcher().allowBatchSize(use.maxBatchSize());
        entry.clients++;
        return new Handle(key, entry, use.linger());
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
    public synchronized int modelsHeld() {
        return entries.size();
    }

    private synchronized void release(Key key, Entry entry, Duration linger) {
        entry.clients--;
        if (entry.clients == 0) {
            long idlePeriod = ++entry.idlePeriods;
            ScheduledFuture<?> unused =
                    scheduler.schedule(
                            () -> unloadIfStillIdle(key, entry, idlePeriod),
                            linger.toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    private synchronized void unloadIfStillIdle(Key key, Entry entry, long idlePeriod) {
        if (entry.clients == 0 && entry.idlePeriods == idlePeriod) {
            entries.remove(key, entry);
            entry.model.stop();
        }
    }

    private static ScheduledExecutorService timer() {
        ScheduledThreadPoolExecutor scheduler =
                new ScheduledThreadPoolExecutor(
                        1,
                        work -> {
                            Thread thread = new Thread(work, "model-host-timer");
                            thread.setDaemon(true);
                            thread.setContextClassLoader(ModelHost.class.getClassLoader());
                            return thread;
                        });
        // A request that is answered must not be held until its deadline.
        scheduler.setRemoveOnCancelPolicy(true);
        return scheduler;
    }

    private record Key(ModelRef model, String deviceId) {}

    /** A hosted model and its users; guarded by the host. */
    private static final class Entry {
        private final HostedModel model;
        private int clients;
        private long idlePeriods;

        private Entry(HostedModel model) {
            this.model = model;
        }
    }

    /** One user's share in a hosted model. */
    private final class Handle implements LocalModelClient {
        private final Key key;
        private final Entry entry;
        private final Duration linger;
        private final Set<InferenceRequest> pending = ConcurrentHashMap.newKeySet();
        private volatile boolean closed;

        private Handle(Key key, Entry entry, Duration linger) {
            this.key = key;
            this.entry = entry;
            this.linger = linger;
        }

        @Override
        public CompletableFuture<ModelReadiness> ready() {
            return entry.model.ready().copy();
        }

        @Override
        public CompletableFuture<InferenceResult> infer(
                TensorBatch batch, Deadline deadline, Deadline startBy) {
            InferenceRequest request =
                    new InferenceRequest(batch, System.nanoTime(), deadline, startBy);
            if (closed) {
                request.fail(clientClosed());
                return request.result();
            }
            pending.add(request);
            Future<?> expiry = schedule(request.deadline(), request::expire);
            Future<?> withdrawal = schedule(startBy, () -> withdrawUnstarted(request));
            CompletableFuture<?> unused =
                    request.result()
                            .whenComplete(
                                    (result, failure) -> {
                                        expiry.cancel(false);
                                        withdrawal.cancel(false);
                                        pending.remove(request);
                                        if (failure != null) {
                                            discardIfWaiting(request);
                                        }
                                    });
            entry.model.submit(request);
            if (request.isGivenUp()) {
                discardIfWaiting(request);
            }
            if (closed) {
                withdraw(request);
            }
            return request.result();
        }

        @Override
        public void close() {
            synchronized (ModelHost.this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            pending.forEach(this::withdraw);
            release(key, entry, linger);
        }

        @Override
        public boolean isLost() {
            return entry.model.isLost();
        }

        @Override
        public ModelActivity activity() {
            return entry.model.activity();
        }

        private Future<?> schedule(Deadline when, Runnable action) {
            if (when.isNone()) {
                return CompletableFuture.completedFuture(null);
            }
            return scheduler.schedule(action, when.leftNanos(), TimeUnit.NANOSECONDS);
        }

        /** What a device thread has taken has started, and is left to it. */
        private void withdrawUnstarted(InferenceRequest request) {
            if (entry.model.batcher().withdraw(request)) {
                request.withdrawUnstarted();
                request.discard();
            }
        }

        /** What nobody waits for gives its memory back at once, also while the device is busy. */
        private void discardIfWaiting(InferenceRequest request) {
            if (entry.model.batcher().withdraw(request)) {
                request.discard();
            }
        }

        private void withdraw(InferenceRequest request) {
            if (entry.model.batcher().withdraw(request)) {
                request.fail(clientClosed());
            }
        }

        private ModelRunException clientClosed() {
            return new ModelRunException(
                    "Cannot run model " + key.model() + ": its client was closed.");
        }
    }
}
