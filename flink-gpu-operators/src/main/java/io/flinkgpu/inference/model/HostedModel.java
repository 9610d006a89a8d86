package io.flinkgpu.inference.model;

import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

    boolean hasFailed() {
        return ready.isCompletedExceptionally();
    }

    DynamicBatcher batcher() {
        return batcher;
    }

    /** Submits a batch; fails the returned future if the model is gone. */
    InferenceRequest submit(TensorBatch batch) {
        InferenceRequest request = new InferenceRequest(batch, System.nanoTime());
        if (!batcher.offer(request)) {
            request.fail(unloaded());
        }
        return request;
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
            warmUp(model);
            Duration loadTime = Duration.ofNanos(System.nanoTime() - start);
            LOG.info("Loaded model {} on {} in {} ms.", ref, device, loadTime.toMillis());
            startRunThreads(model);
            ready.complete(
                    new ModelReadiness(model.signature(), loadTime, model.memoryBytes()));
        } catch (Throwable failure) {
            failLoading(model, failure);
            return;
        }
        runUntilClosed(model);
    }

    private void warmUp(LoadedModel model) throws ModelRunException {
        for (int size : new int[] {1, use.maxBatchSize()}) {
            Optional<TensorBatch> zeros = model.signature().zeros(size);
            if (zeros.isEmpty()) {
                LOG.info("No warm-up of {}: its signature leaves more than the batch open.", ref);
                return;
            }
            if (model.signature().takesStrings()) {
                LOG.info("No warm-up of {}: it takes strings, of which zeros are no example.", ref);
                return;
            }
            try (TensorBatch batch = zeros.get()) {
                model.run(List.of(batch)).close();
            }
        }
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
        if (model != null) {
            model.close();
        }
        ModelLoadException cause =
                failure instanceof ModelLoadException already
                        ? already
                        : new ModelLoadException(
                                "Cannot load model "
                                        + ref
                                        + " on "
                                        + device
                                        + ": "
                                        + failure.getMessage(),
                                failure);
        LOG.error("Cannot load model {} on {}.", ref, device, cause);
        ready.completeExceptionally(cause);
        batcher.close().forEach(request -> request.fail(cause));
    }

    private void runUntilClosed(LoadedModel model) {
        try {
            for (List<InferenceRequest> requests = batcher.take();
                    !requests.isEmpty();
                    requests = batcher.take()) {
                run(model, requests);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            closeWhenLast(model);
        }
    }

    private void run(LoadedModel model, List<InferenceRequest> requests) {
        List<InferenceRequest> sound = conforming(model.signature(), requests);
        if (sound.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        try (TensorBatch outputs =
                model.run(sound.stream().map(InferenceRequest::batch).toList())) {
            complete(sound, outputs, start, System.nanoTime() - start);
        } catch (Throwable failure) {
            sound.forEach(request -> request.fail(failure));
        }
    }

    private static List<InferenceRequest> conforming(
            ModelSignature signature, List<InferenceRequest> requests) {
        List<InferenceRequest> sound = new ArrayList<>(requests.size());
        for (InferenceRequest request : requests) {
            try {
                request.conformTo(signature);
                sound.add(request);
            } catch (ShapeMismatchException mismatch) {
                request.fail(mismatch);
            }
        }
        return sound;
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
