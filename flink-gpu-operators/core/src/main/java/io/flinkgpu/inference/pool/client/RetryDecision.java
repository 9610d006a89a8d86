package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.DeviceLostException;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.process.Stopwatch;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.grpc.Status;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import javax.annotation.Nullable;

/**
 * What one call has learned from its failures, and what it does after each.
 *
 * <p>Not safe for use by many threads: {@link CallState} has the lock.
 */
final class RetryDecision {

    /**
     * What to do next.
     *
     * @param failure with which the call ends; null: it is tried again
     * @param pauseFirst whether asking another replica at once is of no use
     */
    record Outcome(@Nullable Throwable failure, boolean pauseFirst) {

        private static final Outcome RETRY = new Outcome(null, false);
        private static final Outcome RETRY_LATER = new Outcome(null, true);

        private static Outcome fail(Throwable failure) {
            return new Outcome(failure, false);
        }
    }

    /** Rows that fail on this many different replicas are at fault themselves. */
    private static final int REPLICAS_THAT_CONVICT = 2;

    /** The end for rows that only meet the same sick replica, because no other one is there. */
    private static final int MAX_RUN_FAILURES = 8;

    private final ServedModel model;
    private final Duration modelPatience;
    private final Set<ReplicaAddress> failed = new HashSet<>();
    private final Set<ReplicaAddress> failedRun = new HashSet<>();
    private final Set<ReplicaAddress> denied = new HashSet<>();
    private final Set<ReplicaAddress> withoutModel = new HashSet<>();
    private int runFailures;
    private int pauses;
    private final LongSupplier nanoClock;
    @Nullable private Stopwatch sinceUnknown;
    @Nullable private Stopwatch sinceLastUnknown;

    /**
     * No failures yet.
     *
     * @param modelPatience how long all replicas may say that they do not know the model
     * @param nanoClock such as {@link System#nanoTime()}
     */
    RetryDecision(ServedModel model, Duration modelPatience, LongSupplier nanoClock) {
        this.model = model;
        this.modelPatience = modelPatience;
        this.nanoClock = nanoClock;
    }

    /** Replicas to be asked only if there are no others. */
    Set<ReplicaAddress> avoided() {
        if (failed.isEmpty() && failedRun.isEmpty() && denied.isEmpty() && withoutModel.isEmpty()) {
            return Set.of();
        }
        Set<ReplicaAddress> avoided = new HashSet<>(failed);
        avoided.addAll(failedRun);
        avoided.addAll(denied);
        avoided.addAll(withoutModel);
        return avoided;
    }

    /**
     * Takes a failure into account.
     *
     * @param members that could be asked instead, the failed one included
     */
    Outcome after(AttemptFailure failure, Collection<ReplicaAddress> members) {
        if (failure.isAnswer()) {
            denied.remove(failure.replica());
        }
        return switch (failure.kind()) {
            case LOST, PUSHED_BACK, SPILLED_BACK -> retryElsewhere(failure);
            // Who has the rows sends them one by one: here they would cost device after device.
            case DEVICE_LOST -> Outcome.fail(lostIn(failure));
            case DEVICE_SICK -> afterSickDevice(failure);
            case DENIED -> afterDenial(failure, members);
            case MODEL_UNKNOWN -> afterUnknownModel(failure, members);
            case RUN_FAILED -> afterFailedRun(failure, members);
            // The replica has halved the batch down to single rows, and its neighbours have the
            // same
            // devices: who has the rows may take them apart.
            case OUT_OF_MEMORY ->
                    Outcome.fail(
                            new ModelRunException(cannotRun(failure))
                                    .classified(ErrorClass.OUT_OF_MEMORY)
                                    .at(failure.replica().toString()));
            case INVALID_INPUT -> Outcome.fail(invalidInput(failure));
            case TOO_LARGE ->
                    Outcome.fail(
                            new ModelRunException(
                                            "%s. Raise %s on both sides, or use smaller batches."
                                                    .formatted(
                                                            cannotRun(failure),
                                                            PoolOptions.SERVER_MAX_MESSAGE_SIZE
                                                                    .key()))
                                    .classified(ErrorClass.OUT_OF_MEMORY));
        };
    }

    /** How many pauses there have been before this one. */
    int countPause() {
        return pauses++;
    }

    /** Forgets failures that do not last; who failed a run is asked again last. */
    void forgive() {
        failed.clear();
    }

    private Outcome retryElsewhere(AttemptFailure failure) {
        failed.add(failure.replica());
        return Outcome.RETRY;
    }

    /** A replica that denies again was the only one to ask. */
    private Outcome afterDenial(AttemptFailure failure, Collection<ReplicaAddress> members) {
        boolean again = !denied.add(failure.replica());
        if (again || (!members.isEmpty() && denied.containsAll(members))) {
            return Outcome.fail(
                    new ModelRunException(
                                    "%s. %s".formatted(cannotRun(failure), wayIn(failure.status())))
                            .classified(ErrorClass.CONNECTION));
        }
        return Outcome.RETRY;
    }

    /** Models come and go while a pool changes: only what lasts is a failure. */
    private Outcome afterUnknownModel(AttemptFailure failure, Collection<ReplicaAddress> members) {
        boolean again = !withoutModel.add(failure.replica());
        if (!again && !withoutModel.containsAll(members)) {
            return Outcome.RETRY;
        }
        // Two answers far apart say nothing of the time in between.
        if (sinceUnknown == null || sinceLastUnknown.hasReached(modelPatience)) {
            sinceUnknown = Stopwatch.start(nanoClock);
        }
        sinceLastUnknown = Stopwatch.start(nanoClock);
        if (sinceUnknown.hasReached(modelPatience)) {
            return Outcome.fail(
                    new ModelLoadException(
                            "Cannot find model %s in the pool: %s. Start the pool with this model, or use one that it serves."
                                    .formatted(model, withoutFullStop(failure.describe()))));
        }
        withoutModel.clear();
        return Outcome.RETRY_LATER;
    }

    /** Servers end their messages as they like. */
    private static String withoutFullStop(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private Exception invalidInput(AttemptFailure failure) {
        return failure.errorClass() == ErrorClass.DATA
                ? runFailed(failure)
                : new ShapeMismatchException(cannotRun(failure));
    }

    private DeviceLostException lostIn(AttemptFailure failure) {
        DeviceLostException lost =
                new DeviceLostException(cannotRun(failure), failure.status().getCause());
        lost.at(failure.replica().toString());
        return lost.duringItsRun();
    }

    private Outcome afterSickDevice(AttemptFailure failure) {
        boolean again = !failed.add(failure.replica());
        runFailures++;
        return runFailures < MAX_RUN_FAILURES
                ? (again ? Outcome.RETRY_LATER : Outcome.RETRY)
                : Outcome.fail(runFailed(failure));
    }

    private ModelRunException runFailed(AttemptFailure failure) {
        return new ModelRunException(cannotRun(failure), failure.status().getCause())
                .classified(failure.errorClass())
                .at(failure.replica().toString())
                .after(Math.max(1, runFailures));
    }

    private Outcome afterFailedRun(AttemptFailure failure, Collection<ReplicaAddress> members) {
        boolean again = !failedRun.add(failure.replica());
        runFailures++;
        if (failedRun.size() >= REPLICAS_THAT_CONVICT
                || (!members.isEmpty() && failedRun.containsAll(members))
                || runFailures >= MAX_RUN_FAILURES) {
            return Outcome.fail(runFailed(failure));
        }
        return again ? Outcome.RETRY_LATER : Outcome.RETRY;
    }

    private String cannotRun(AttemptFailure failure) {
        return "Cannot run model %s: %s".formatted(model, failure.describe());
    }

    private static String wayIn(Status status) {
        if (status.getCode() == Status.Code.UNAVAILABLE) {
            return "Check %s, %s and the certificates that they name, on both sides."
                    .formatted(
                            PoolOptions.TLS_TRUSTED_CERTIFICATES_FILE.key(),
                            PoolOptions.TLS_CERTIFICATE_FILE.key());
        }
        return "Set %s to a file with the token of the pool."
                .formatted(PoolOptions.TOKEN_FILE.key());
    }
}
