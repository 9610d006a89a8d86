package io.flinkgpu.inference.model;

import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One model on one device: the loader thread that brings it up, its queue, and the threads that run
 * it.
 *
 * <p>The loader becomes the first run thread, so that TensorFlow's thread-local caches stay warm.
 * Safe for use by many threads.
 */
final class HostedModel {

    private static final Logger LOG = LoggerFactory.getLogger(HostedModel.class);

    private final ModelRef ref;
    private final ModelDevice device;
    private final ModelRuntime runtime;
    private final ModelUse use;
    private final DynamicBatcher batcher;
    private final CompletableFuture<ModelReadiness> ready = new CompletableFuture<>();
    @Nullable private volatile ModelLoadException loadFailure;
    private final RunLog runs = new RunLog();
    private int runningThreads;

    HostedModel(ModelRef ref, ModelDevice device, ModelRuntime runtime, ModelUse use) {
        this.ref = ref;
        this.device = device;
        this.runtime = runtime;
        this.use = use;
        this.batcher = new DynamicBatcher(use.maxBatchSize());
    }

    /** Starts loading in the background. */
    void start() {
        startThread("load-and-run", this::loadThenRun);
    }

    CompletableFuture<ModelReadiness> ready() {
        return ready;
    }

    /** Whether it will run no further request: loading failed, or its run threads have ended. */
    boolean isUnusable() {
        return loadFailure != null || batcher.isClosed();
    }

    DynamicBatcher batcher() {
        return batcher;
    }

    ModelActivity activity() {
        return runs.activity(batcher.waitingRows(), System.nanoTime());
    }

    /** Queues a request; fails it if the model is gone. */
    void submit(InferenceRequest request) {
        if (!batcher.offer(request)) {
            ModelLoadException failure = loadFailure;
            request.fail(failure == null ? unloaded() : failure);
        }
    }

    /** Fails what waits and unloads the model once the last run is over; does not wait for it. */
    void stop() {
        ModelRunException cause = unloaded();
        batcher.close().forEach(request -> request.fail(cause));
    }

    private void loadThenRun() {
        LoadedModel model = null;
        try {
            long start = System.nanoTime();
            model = runtime.load(ref, device);
            model.signature().fixedBatchSize().ifPresent(batcher::limitMerging);
            WarmUp.run(model, ref, use.maxBatchSize());
            Duration loadTime = Duration.ofNanos(System.nanoTime() - start);
            LOG.info("Loaded model {} on {} in {} ms.", ref, device, loadTime.toMillis());
            startRunThreads(model);
            ready.complete(new ModelReadiness(model.signature(), loadTime, model.memoryBytes()));
        } catch (Throwable failure) {
            failLoading(model, failure);
            return;
        }
        runUntilClosed(model);
    }

    private void startRunThreads(LoadedModel model) {
        synchronized (this) {
            runningThreads = use.runThreads();
        }
        for (int i = 1; i < use.runThreads(); i++) {
            startThread("run-" + i, () -> runUntilClosed(model));
        }
    }

    private void failLoading(LoadedModel model, Throwable failure) {
        closeAfter(failure, model);
        ModelLoadException cause = asLoadException(failure);
        LOG.error("Cannot load model {} on {}.", ref, device, cause);
        loadFailure = cause;
        ready.completeExceptionally(cause);
        batcher.close().forEach(request -> request.fail(cause));
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

    private void runUntilClosed(LoadedModel model) {
        try {
            for (List<InferenceRequest> requests = next(); !requests.isEmpty(); requests = next()) {
                run(model, requests);
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
                // belongs to all clients, and an interrupt left over from a run is no reason to go.
                LOG.debug("Run thread of {} was interrupted and goes on.", ref);
            }
        }
    }

    private void run(LoadedModel model, List<InferenceRequest> requests) {
        List<InferenceRequest> sound = conforming(model.signature(), requests);
        if (sound.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        RunLog.Run run = runs.started(sound.stream().mapToInt(InferenceRequest::rows).sum(), start);
        try (TensorBatch outputs =
                model.run(sound.stream().map(InferenceRequest::batch).toList())) {
            long end = System.nanoTime();
            runs.succeeded(run, end);
            complete(sound, outputs, start, end - start);
        } catch (Throwable failure) {
            runs.failed(run);
            sound.forEach(request -> request.fail(failure));
        }
    }

    private static List<InferenceRequest> conforming(
            ModelSignature signature, List<InferenceRequest> requests) {
        List<InferenceRequest> sound = new ArrayList<>(requests.size());
        for (InferenceRequest request : requests) {
            request.expireIfDue();
            if (request.isGivenUp()) {
                request.discard();
            } else if (conforms(signature, request)) {
                sound.add(request);
            }
        }
        return sound;
    }

    private static boolean conforms(ModelSignature signature, InferenceRequest request) {
        try {
            request.conformTo(signature);
            return true;
        } catch (Throwable mismatch) {
            request.fail(mismatch);
            return false;
        }
    }

    private static void complete(
            List<InferenceRequest> requests, TensorBatch outputs, long start, long runNanos) {
        List<Integer> rowCounts = requests.stream().map(InferenceRequest::rows).toList();
        Iterator<TensorBatch> parts = outputs.split(rowCounts).iterator();
        for (InferenceRequest request : requests) {
            request.complete(
                    new InferenceResult(
                            parts.next(),
                            start - request.arrivalNanos(),
                            runNanos,
                            outputs.rows()));
        }
    }

    private void closeWhenLast(LoadedModel model) {
        boolean last;
        synchronized (this) {
            last = --runningThreads == 0;
        }
        if (last) {
            stop();
            model.close();
            LOG.info("Unloaded model {} from {}.", ref, device);
        }
    }

    private ModelRunException unloaded() {
        return new ModelRunException(
                "Cannot run model " + ref + " on " + device + ": it has been unloaded.");
    }

    private void startThread(String role, Runnable work) {
        Thread thread = new Thread(work, "model-" + role + "-" + device.id());
        thread.setDaemon(true);
        // INVARIANT: the host outlives jobs, so its threads never hold a job's class loader.
        thread.setContextClassLoader(HostedModel.class.getClassLoader());
        thread.start();
    }
}
