package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.BatchSizeLimit;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Runs the device batches of one model on one device and answers their requests.
 *
 * <p>A batch that runs out of memory is run again in halves, and later batches are cut to what
 * passed, which grows again slowly. A single row that does not fit fails, and so does a batch of a
 * model that takes no other size. Safe for use by many threads.
 */
final class DeviceRuns {

    private final ModelRef ref;
    private final ModelDevice device;
    private final RunLog log = new RunLog(System::nanoTime);
    private final BatchSizeLimit memoryLimit;
    private final IntConsumer newLimit;
    private final Consumer<DeviceLostException> whenLost;
    private final RunListener listener;

    /**
     * Runs nothing yet.
     *
     * @param memoryLimit of the model on the device, kept over reloads
     * @param newLimit takes the rows that a device batch may have whenever that changes
     * @param whenLost is told that the device is not to be used any more, before the requests fail
     */
    DeviceRuns(
            ModelRef ref,
            ModelDevice device,
            BatchSizeLimit memoryLimit,
            IntConsumer newLimit,
            Consumer<DeviceLostException> whenLost,
            RunListener listener) {
        this.ref = ref;
        this.device = device;
        this.memoryLimit = memoryLimit;
        this.newLimit = newLimit;
        this.whenLost = whenLost;
        this.listener = listener;
    }

    /**
     * Runs requests as one device batch, those that nobody waits for and those that do not fit the
     * signature left out.
     *
     * <p>No request fails for another one: a merged batch that fails is run again request by
     * request, unless the device is lost.
     */
    void run(LoadedModel model, List<InferenceRequest> requests) {
        List<InferenceRequest> sound = conforming(model.signature(), requests);
        if (!sound.isEmpty()) {
            runSound(model, sound);
        }
    }

    /** What is run at the moment; any thread, returns at once. */
    ModelActivity activity(int waitingRows) {
        return log.activity(waitingRows);
    }

    /** The requests of all runs that go on. */
    List<InferenceRequest> runningRequests() {
        return log.runningRequests();
    }

    private void runSound(LoadedModel model, List<InferenceRequest> sound) {
        List<Long> queueNanos = sound.stream().map(InferenceRequest::ageNanos).toList();
        RunLog.Run run = log.started(sound);
        try (TensorBatch outputs =
                runWithinMemory(model, sound.stream().map(InferenceRequest::batch).toList())) {
            Duration time = run.time();
            log.succeeded(run);
            listener.succeeded(device, run.rows(), time);
            complete(sound, outputs, queueNanos, time.toNanos());
        } catch (Throwable failure) {
            log.failed(run);
            ErrorClass errorClass = tell(failure, run.rows(), run.time());
            if (sound.size() > 1 && errorClass != ErrorClass.FATAL_DEVICE) {
                sound.forEach(request -> runAlone(model, request));
            } else {
                fail(sound, errorClass, failure);
            }
        }
    }

    /** It has started, so that its time to start does not count any more. */
    private void runAlone(LoadedModel model, InferenceRequest request) {
        if (request.isGivenUp()) {
            request.discard();
        } else {
            runSound(model, List.of(request));
        }
    }

    private ErrorClass tell(Throwable failure, int rows, Duration time) {
        ErrorClass errorClass = ErrorClasses.of(failure);
        listener.failed(
                device,
                ref,
                rows,
                time,
                new RunListener.Failure(errorClass, String.valueOf(failure.getMessage())));
        return errorClass;
    }

    private void fail(List<InferenceRequest> requests, ErrorClass errorClass, Throwable failure) {
        if (errorClass == ErrorClass.FATAL_DEVICE) {
            DeviceLostException lost =
                    new DeviceLostException(
                            "Cannot run model %s: device %s is lost: %s"
                                    .formatted(ref, device, failure.getMessage()),
                            failure);
            whenLost.accept(lost);
            requests.forEach(request -> request.fail(lost));
            return;
        }
        if (failure instanceof ModelRunException located) {
            located.at(device.id());
        }
        requests.forEach(request -> request.fail(failure));
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
            List<InferenceRequest> requests,
            TensorBatch outputs,
            List<Long> queueNanos,
            long runNanos) {
        List<Integer> rowCounts = requests.stream().map(InferenceRequest::rows).toList();
        List<TensorBatch> parts = outputs.split(rowCounts);
        for (int i = 0; i < parts.size(); i++) {
            requests.get(i)
                    .complete(
                            new InferenceResult(
                                    parts.get(i), queueNanos.get(i), runNanos, outputs.rows()));
        }
    }

    /** Runs all rows; as {@link LoadedModel#run} does. */
    private TensorBatch runWithinMemory(LoadedModel model, List<TensorBatch> parts)
            throws ModelRunException {
        int rows = rows(parts);
        if (rows <= limitRows(model)) {
            try {
                TensorBatch outputs = model.run(parts);
                passed(rows);
                return outputs;
            } catch (ModelRunException | RuntimeException | OutOfMemoryError failure) {
                if (hasOneSize(model) || !isTooLarge(failure, rows)) {
                    throw failure;
                }
            }
        }
        return runInPieces(model, parts, rows);
    }

    private TensorBatch runInPieces(LoadedModel model, List<TensorBatch> parts, int rows)
            throws ModelRunException {
        List<TensorBatch> outputs = new ArrayList<>();
        try {
            int done = 0;
            while (done < rows) {
                int end = Math.min(rows, done + limitRows(model));
                List<TensorBatch> piece = TensorBatch.slice(parts, done, end);
                try {
                    outputs.add(runWithinMemory(model, piece));
                } finally {
                    piece.forEach(TensorBatch::close);
                }
                done = end;
            }
            return TensorBatch.concatenate(outputs, DirectBufferPool.ofProcess());
        } finally {
            outputs.forEach(TensorBatch::close);
        }
    }

    /** A batch of the only size is not made smaller for want of memory. */
    private int limitRows(LoadedModel model) {
        OptionalInt onlySize = model.signature().fixedBatchSize();
        if (onlySize.isPresent()) {
            return onlySize.getAsInt();
        }
        synchronized (memoryLimit) {
            return memoryLimit.rows();
        }
    }

    private void passed(int rows) {
        int now;
        synchronized (memoryLimit) {
            int before = memoryLimit.rows();
            memoryLimit.succeeded(rows);
            now = memoryLimit.rows();
            if (now == before) {
                return;
            }
        }
        newLimit.accept(now);
    }

    private boolean isTooLarge(Throwable failure, int rows) {
        if (ErrorClasses.of(failure) != ErrorClass.OUT_OF_MEMORY) {
            return false;
        }
        int now;
        synchronized (memoryLimit) {
            if (!memoryLimit.ranOutOfMemory(rows)) {
                return false;
            }
            now = memoryLimit.rows();
        }
        listener.ranOutOfMemory(device, ref, rows, now);
        newLimit.accept(now);
        return true;
    }

    private static boolean hasOneSize(LoadedModel model) {
        return model.signature().fixedBatchSize().isPresent();
    }

    private static int rows(List<TensorBatch> parts) {
        return parts.stream().mapToInt(TensorBatch::rows).sum();
    }
}
