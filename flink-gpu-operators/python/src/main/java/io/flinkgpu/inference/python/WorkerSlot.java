package io.flinkgpu.inference.python;

import io.flinkgpu.inference.model.DeviceLostException;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.process.Stopwatch;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The place of one worker of a model, which gets another one when its worker has ended. Safe for
 * use by many threads.
 */
final class WorkerSlot {

    private static final int STARTS = 3;

    /** More workers than this do not end under a batch that they have not begun with. */
    private static final int MAX_WORKERS_OF_A_BATCH = 16;

    private final WorkerStart start;
    private final Duration pause;
    private final AtomicInteger batches = new AtomicInteger();
    private volatile WorkerProcess worker;

    /**
     * A slot with its first worker.
     *
     * @param start of the next ones
     * @param pause before a worker that did not start is started again, for the first time
     */
    WorkerSlot(WorkerProcess first, WorkerStart start, Duration pause) {
        this.worker = first;
        this.start = start;
        this.pause = pause;
    }

    WorkerProcess worker() {
        return worker;
    }

    /** How many batches it has, those included that wait for a worker to start. */
    int batches() {
        return batches.get();
    }

    /**
     * Runs a batch on the worker, or on the next one.
     *
     * @throws DeviceLostException if none starts any more
     */
    TensorBatch run(List<TensorBatch> parts) throws ModelRunException {
        batches.incrementAndGet();
        try {
            for (int workers = 1; ; workers++) {
                try {
                    return living().run(parts);
                } catch (WorkerGoneException unbegun) {
                    if (workers == MAX_WORKERS_OF_A_BATCH) {
                        throw new ModelRunException(
                                "Cannot run batch: %d workers ended before they had begun with it, the last time because %s"
                                        .formatted(workers, unbegun.getMessage()));
                    }
                }
            }
        } finally {
            batches.decrementAndGet();
        }
    }

    private synchronized WorkerProcess living() throws ModelRunException {
        if (worker.isAlive()) {
            return worker;
        }
        // Its device's memory is not free before.
        worker.end().join();
        for (int starts = 1; ; starts++) {
            try {
                worker = start.start();
                return worker;
            } catch (ModelLoadException failure) {
                if (starts == STARTS) {
                    throw new DeviceLostException(
                            "Cannot start another worker: " + failure.getMessage(), failure);
                }
                Stopwatch.start().parkUntil(pause.multipliedBy(starts));
            }
        }
    }
}
