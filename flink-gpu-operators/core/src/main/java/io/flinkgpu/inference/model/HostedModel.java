package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.process.DaemonThreads;
import io.flinkgpu.inference.process.Stopwatch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One model on one device: the loader thread that brings it up, its queue, and the threads that run
 * it.
 *
 * <p>The loader becomes the first run thread, so that a runtime's thread-local caches stay warm. A
 * model whose device is lost, or whose run does not end and cannot be ended, fails all it has with
 * {@link DeviceLostException} and takes nothing more; a thread that is stuck in a run is left to
 * it. Safe for use by many threads.
 */
final class HostedModel {

    private static final Logger LOG = LoggerFactory.getLogger(HostedModel.class);
    private static final long LONGEST_LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SHORTEST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int LOOKS_PER_RUN_TIME = 4;

    private final ModelRef ref;
    private final ModelIdentity identity;
    private final ModelDevice device;
    private final StoredModel stored;
    private final ModelUse use;
    private final RunListener listener;
    private final DynamicBatcher batcher;
    private final DeviceRuns deviceRuns;
    private final CompletableFuture<ModelReadiness> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> unloaded = new CompletableFuture<>();
    private final AtomicBoolean loadSettled = new AtomicBoolean();
    @Nullable private volatile ModelLoadException loadFailure;
    @Nullable private volatile DeviceLostException lost;
    @Nullable private volatile LoadedModel loaded;
    @Nullable private ScheduledFuture<?> looks;
    private final Set<ModelUse> told = ConcurrentHashMap.newKeySet();
    private int runningThreads;

    HostedModel(
            ModelVersion version,
            ModelDevice device,
            StoredModel stored,
            ModelUse use,
            DeviceRuns.Learned learned,
            RunListener listener) {
        this.ref = version.ref();
        this.identity = ModelIdentity.of(version);
        this.device = device;
        this.stored = stored;
        this.use = use;
        this.listener = listener;
        this.batcher = new DynamicBatcher(use.maxBatchSize());
        this.deviceRuns =
                new DeviceRuns(ref, device, learned, batcher::limitMerging, this::lose, listener);
    }

    /**
     * Starts loading in the background.
     *
     * @param timer watches over loading and runs
     * @param room completes when the device has the memory; loading begins then
     */
    void start(ScheduledExecutorService timer, CompletableFuture<?> room) {
        ScheduledFuture<?> timeout =
                timer.schedule(
                        this::loadTimedOut, use.loadTimeout().toNanos(), TimeUnit.NANOSECONDS);
        CompletableFuture<?> unused =
                ready.whenComplete((readiness, failure) -> timeout.cancel(false));
        watchRuns(timer);
        startThread("load-and-run", () -> loadThenRun(room));
    }

    CompletableFuture<ModelReadiness> ready() {
        return ready;
    }

    /** What tells its answers from those of others. */
    ModelIdentity identity() {
        return identity;
    }

    /** The SHA-256 of the files that it was loaded from; empty: not known, or it has none. */
    Optional<String> checksum() {
        return stored.knownSha256();
    }

    /** Completes when it has given all memory back; never if a run never ends. */
    CompletableFuture<Void> whenUnloaded() {
        return unloaded;
    }

    /** The most of its device's memory that it may hold, in bytes; 0 on the processor. */
    long mostMemoryBytes() {
        return device.memoryCapBytes() > 0 ? device.memoryCapBytes() : device.memoryBytes();
    }

    String deviceId() {
        return device.id();
    }

    /** The longest that a run of it may take. */
    Duration maxRunTime() {
        return use.maxRunTime();
    }

    /** Whether it will run no further request: loading failed, or its run threads have ended. */
    boolean isUnusable() {
        return loadFailure != null || batcher.isClosed();
    }

    /** Whether it is the device's fault that it runs no further request. */
    boolean isLost() {
        return lost != null;
    }

    /** One more user, who may send larger batches; threads and times stay the first one's. */
    void joinedBy(ModelUse user) {
        batcher.allowBatchSize(user.maxBatchSize());
        SortedSet<String> ignored = use.keptOver(user);
        if (!ignored.isEmpty() && told.add(user)) {
            LOG.warn(
                    "Model {} on {} keeps the options of its first user until it is unloaded; a later user's other values are ignored for {}.",
                    ref,
                    device,
                    ignored);
        }
    }

    /** Takes a request back that no run has taken; false if one has. */
    boolean withdraw(InferenceRequest request) {
        return batcher.withdraw(request);
    }

    ModelActivity activity() {
        return deviceRuns.activity(batcher.waitingRows());
    }

    /** Queues a request; fails it if the model is gone. */
    void submit(InferenceRequest request) {
        if (!batcher.offer(request)) {
            request.fail(gone());
        }
    }

    /** Fails what waits and unloads the model once the last run is over; does not wait for it. */
    void stop() {
        stopLooking();
        closeQueue(unloaded());
    }

    private void loadThenRun(CompletableFuture<?> room) {
        LoadedModel model = null;
        try {
            room.join();
            Stopwatch loading = Stopwatch.start();
            model = stored.load(ref, device);
            FittedModel fitted = new FittedModel(model, ref, batcher::fixBatchSize);
            model = fitted;
            loaded = fitted;
            WarmUp.run(fitted, ref, use.maxBatchSize());
            Duration loadTime = loading.time();
            if (!loadSettled.compareAndSet(false, true)) {
                model.close();
                unloaded.complete(null);
                return;
            }
            LOG.info("Loaded model {} on {} in {} ms.", ref, device, loadTime.toMillis());
            startRunThreads(model);
            ready.complete(
                    new ModelReadiness(
                            model.signature(), loadTime, model.memoryBytes(), model.description()));
        } catch (Throwable failure) {
            closeAfter(failure, model);
            unloaded.complete(null);
            if (loadSettled.compareAndSet(false, true)) {
                failLoading(asLoadException(failure));
            }
            return;
        }
        runUntilClosed(model);
    }

    private void startRunThreads(LoadedModel model) {
        int threads = Math.max(use.runThreads(), model.runsAtOnce());
        synchronized (this) {
            runningThreads = threads;
        }
        for (int i = 1; i < threads; i++) {
            startThread("run-" + i, () -> runUntilClosed(model));
        }
    }

    /** Loading cannot be interrupted: its thread is left to it, and gives up when it is through. */
    private void loadTimedOut() {
        if (loadSettled.compareAndSet(false, true)) {
            // of its warm-up, which may last for ever as any other
            boolean unusedEnds = endRuns(Duration.ZERO);
            failLoading(
                    new ModelLoadException(
                            "Cannot load model %s on %s: it has not been loaded within %s. Raise inference.model.load-timeout if it needs more."
                                    .formatted(ref, device, use.loadTimeout())));
        }
    }

    private void failLoading(ModelLoadException cause) {
        LOG.error("Cannot load model {} on {}.", ref, device, cause);
        loadFailure = cause;
        stopLooking();
        ready.completeExceptionally(cause);
        closeQueue(cause);
    }

    private static void closeAfter(Throwable failure, @Nullable LoadedModel model) {
        if (model == null) {
            return;
        }
        try {
            model.close();
        } catch (RuntimeException second) {
            failure.addSuppressed(second);
        }
    }

    private ModelLoadException asLoadException(Throwable failure) {
        if (failure instanceof ModelLoadException already) {
            return already;
        }
        return new ModelLoadException(
                "Cannot load model " + ref + " on " + device + ": " + failure, failure);
    }

    private synchronized void watchRuns(ScheduledExecutorService timer) {
        long step =
                Math.max(
                        SHORTEST_LOOK_NANOS,
                        Math.min(
                                LONGEST_LOOK_NANOS,
                                use.maxRunTime().toNanos() / LOOKS_PER_RUN_TIME));
        looks = timer.scheduleWithFixedDelay(this::look, step, step, TimeUnit.NANOSECONDS);
    }

    private void look() {
        Duration oldest = activity().oldestRun();
        if (oldest.compareTo(use.maxRunTime()) > 0 && !endRuns(use.maxRunTime())) {
            LOG.error("A run of model {} on {} is stuck since {}.", ref, device, oldest);
            // INVARIANT: who hears of it may block the device before anybody looks for another one
            listener.stuck(device, ref, oldest);
            DeviceLostException cause =
                    new DeviceLostException(
                            "Cannot run model %s on %s: a run is stuck since %d ms, and its thread is given up."
                                    .formatted(ref, device, oldest.toMillis()));
            lose(cause, deviceRuns.stuckRequests(use.maxRunTime()));
        }
    }

    private boolean endRuns(Duration longest) {
        LoadedModel model = loaded;
        return model != null && model.endRuns(longest);
    }

    private synchronized void stopLooking() {
        if (looks != null) {
            looks.cancel(false);
        }
    }

    private void lose(DeviceLostException cause) {
        lose(cause, List.of());
    }

    private void lose(DeviceLostException cause, List<InferenceRequest> suspects) {
        cause.at(device.id());
        lost = cause;
        stopLooking();
        closeQueue(cause);
        // Their runs may still read the batches, which close when these end, if they ever do.
        DeviceLostException causedByRows = cause.duringItsRun();
        suspects.forEach(request -> request.abandon(causedByRows));
        deviceRuns.unansweredRequests().forEach(request -> request.abandon(cause));
    }

    private void runUntilClosed(LoadedModel model) {
        try {
            for (List<InferenceRequest> requests = next(); !requests.isEmpty(); requests = next()) {
                deviceRuns.run(model, requests);
            }
        } finally {
            closeWhenLast(model);
        }
    }

    private List<InferenceRequest> next() {
        while (true) {
            try {
                return batcher.take();
            } catch (InterruptedException stray) {
                // INVARIANT: a run thread ends when its queue is closed and at no other time: it
                // belongs to all clients, and an interrupt left over from a run is not a reason to
                // go.
                LOG.debug("Run thread of {} was interrupted and goes on.", ref);
            }
        }
    }

    private void closeWhenLast(LoadedModel model) {
        boolean last;
        synchronized (this) {
            last = --runningThreads == 0;
        }
        if (last) {
            stop();
            try {
                model.close();
            } finally {
                unloaded.complete(null);
            }
            LOG.info("Unloaded model {} from {}.", ref, device);
        }
    }

    private void closeQueue(Exception cause) {
        batcher.close().forEach(request -> request.fail(cause));
    }

    private Exception gone() {
        if (loadFailure != null) {
            return loadFailure;
        }
        return lost == null ? unloaded() : lost;
    }

    private ModelRunException unloaded() {
        return new ModelRunException(
                        "Cannot run model " + ref + " on " + device + ": it has been unloaded.")
                .classified(ErrorClass.CONNECTION)
                .at(device.id());
    }

    private void startThread(String role, Runnable work) {
        DaemonThreads.named("model-" + role + "-" + device.id()).newThread(work).start();
    }
}
