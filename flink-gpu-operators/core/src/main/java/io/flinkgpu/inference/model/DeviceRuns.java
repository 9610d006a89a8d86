package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs the device batches of one model on one device, answers their requests, and tells how the
 * runs went. Safe for use by many threads.
 */
final class DeviceRuns {

    private final ModelRef ref;
    private final ModelDevice device;
    private final RunLog log;
    private final MemoryBoundRuns memoryBound;
    private final Consumer<DeviceLostException> whenLost;
    private final RunListener listener;

    /**
     * Runs nothing yet.
     *
     * @param whenLost is told that the device is not to be used any more, before the requests fail
     */
    DeviceRuns(
            ModelRef ref,
            ModelDevice device,
            RunLog log,
            MemoryBoundRuns memoryBound,
            Consumer<DeviceLostException> whenLost,
            RunListener listener) {
        this.ref = ref;
        this.device = device;
        this.log = log;
        this.memoryBound = memoryBound;
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

    private void runSound(LoadedModel model, List<InferenceRequest> sound) {
        long start = System.nanoTime();
        RunLog.Run run = log.started(sound, start);
        try (TensorBatch outputs =
                memoryBound.run(model, sound.stream().map(InferenceRequest::batch).toList())) {
            long end = System.nanoTime();
            log.succeeded(run, end);
            listener.succeeded(device, run.rows(), Duration.ofNanos(end - start));
            complete(sound, outputs, start, end - start);
        } catch (Throwable failure) {
            log.failed(run);
            ErrorClass errorClass =
                    tell(failure, run.rows(), Duration.ofNanos(System.nanoTime() - start));
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
}
