package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.BatchSizeLimit;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Runs the device batches of one model on one device and answers their requests.
 *
 * <p>A failure that may be the device's is judged by a {@link ControlRow}: only a device that fails
 * what it has run before is blamed. Safe for use by many threads.
 */
final class DeviceRuns {

    private final ModelRef ref;
    private final String version;
    private final ModelDevice device;
    private final RunLog log = new RunLog(System::nanoTime);
    private final RunsWithinMemory runs;
    private final ControlRow control;
    private final Consumer<DeviceLostException> whenLost;
    private final RunListener listener;

    /**
     * What is known of a model from earlier runs.
     *
     * @param memoryLimit of its batches on the device
     * @param control a row of it that has passed, on whatever device
     */
    record Learned(BatchSizeLimit memoryLimit, ControlRow control) {}

    /**
     * Runs nothing yet.
     *
     * @param learned of the model, kept over reloads
     * @param newLimit takes the rows that a device batch may have whenever that changes
     * @param whenLost is told that the device is not to be used any more, before the requests fail
     */
    DeviceRuns(
            ModelRef ref,
            ModelDevice device,
            Learned learned,
            IntConsumer newLimit,
            Consumer<DeviceLostException> whenLost,
            RunListener listener) {
        this.ref = ref;
        this.version = ModelVersion.nameOf(ref);
        this.device = device;
        this.runs = new RunsWithinMemory(ref, device, learned.memoryLimit(), newLimit, listener);
        this.control = learned.control();
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
        if (!sound.isEmpty() && isFitFor(model, sound.get(0))) {
            runSound(model, sound);
        }
    }

    /** What is run at the moment; any thread, returns at once. */
    ModelActivity activity(int waitingRows) {
        return log.activity(waitingRows);
    }

    /** The requests of the runs whose model has had them longer than that. */
    List<InferenceRequest> stuckRequests(Duration longest) {
        return log.stuckRequests(longest);
    }

    /** The requests that it has and has not answered. */
    List<InferenceRequest> unansweredRequests() {
        return log.unansweredRequests();
    }

    /**
     * Whether a request may run that is to run alone, because its rows may have cost a device: a
     * device that fails the control row in front of it fails without it, and the request is failed
     * as one that has waited.
     */
    private boolean isFitFor(LoadedModel model, InferenceRequest request) {
        if (!request.isAlone()) {
            return true;
        }
        RunLog.Run run = log.startedInFrontOf(request);
        Throwable failure = control.rehearse(model);
        Duration time = run.time();
        log.failed(run);
        if (failure == null && !request.isGivenUp()) {
            // INVARIANT: it is in the log until its own run is: a device that is lost finds it
            return true;
        }
        log.dropped(request);
        if (request.isGivenUp()) {
            request.discard();
            return false;
        }
        ErrorClass errorClass =
                ErrorClasses.of(failure) == ErrorClass.FATAL_DEVICE
                        ? ErrorClass.FATAL_DEVICE
                        : ErrorClass.SICK_DEVICE;
        tell(errorClass, failure, 1, time);
        if (errorClass == ErrorClass.FATAL_DEVICE) {
            DeviceLostException lost = lost(failure);
            whenLost.accept(lost);
            request.fail(lost);
        } else {
            fail(List.of(request), errorClass, failure);
        }
        return false;
    }

    private DeviceLostException lost(Throwable failure) {
        return new DeviceLostException(
                "Cannot run model %s: device %s is lost: %s"
                        .formatted(ref, device, failure.getMessage()),
                failure);
    }

    private void runSound(LoadedModel model, List<InferenceRequest> sound) {
        List<Long> queueNanos = sound.stream().map(InferenceRequest::ageNanos).toList();
        RunLog.Run run = log.started(sound);
        List<TensorBatch> parts = sound.stream().map(InferenceRequest::batch).toList();
        try (TensorBatch outputs = runs.run(model, parts, run::pieceStarts)) {
            Duration time = run.time();
            log.succeeded(run);
            control.passed(parts);
            listener.succeeded(device, run.rows(), time);
            complete(sound, outputs, queueNanos, time.toNanos());
        } catch (Throwable failure) {
            Duration time = run.time();
            run.pieceStarts();
            ErrorClass errorClass = control.judge(ErrorClasses.of(failure), model);
            tell(errorClass, failure, run.rows(), time);
            if (sound.size() > 1 && !errorClass.blamesDevice()) {
                log.failedTogether(run);
                sound.forEach(request -> runAlone(model, request));
            } else {
                log.failed(run);
                fail(sound, errorClass, failure);
            }
        }
    }

    /** It has started, so that its time to start does not count any more. */
    private void runAlone(LoadedModel model, InferenceRequest request) {
        // also where the device was lost since: that has failed it
        if (request.isGivenUp()) {
            log.dropped(request);
            request.discard();
        } else {
            runSound(model, List.of(request));
        }
    }

    private void tell(ErrorClass errorClass, Throwable failure, int rows, Duration time) {
        listener.failed(
                device,
                ref,
                rows,
                time,
                new RunListener.Failure(errorClass, String.valueOf(failure.getMessage())));
    }

    private void fail(List<InferenceRequest> requests, ErrorClass errorClass, Throwable failure) {
        if (errorClass == ErrorClass.FATAL_DEVICE) {
            DeviceLostException lost = lost(failure);
            whenLost.accept(lost);
            requests.forEach(request -> request.fail(lost.duringItsRun()));
            return;
        }
        Throwable judged = judged(errorClass, failure);
        if (judged instanceof ModelRunException located) {
            located.at(device.id());
        }
        requests.forEach(request -> request.fail(judged));
    }

    /** The failure, or one of its class where its type says another one. */
    private Throwable judged(ErrorClass errorClass, Throwable failure) {
        if (errorClass == ErrorClasses.of(failure)) {
            return failure;
        }
        String message =
                errorClass == ErrorClass.SICK_DEVICE
                        ? "Cannot run model %s: device %s fails what it has run before: %s"
                                .formatted(ref, device, failure.getMessage())
                        : String.valueOf(failure.getMessage());
        ModelRunException judged = new ModelRunException(message).classified(errorClass);
        // No cause: its type would tell another class.
        judged.addSuppressed(failure);
        return judged;
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

    private void complete(
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
                                    parts.get(i),
                                    queueNanos.get(i),
                                    runNanos,
                                    outputs.rows(),
                                    version));
        }
    }
}
