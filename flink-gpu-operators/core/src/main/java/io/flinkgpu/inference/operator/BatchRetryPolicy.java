package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.batching.Batch;
import io.flinkgpu.inference.fault.Backoff;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.DeviceLostException;
import io.flinkgpu.inference.model.ModelRunException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What is done about a batch that fails, before a row is given up.
 *
 * <p>A row is blamed only when it has failed alone: at once if the type of the failure says that
 * the rows are at fault, after {@value #MAX_UNEXPLAINED_TRIES} tries with pauses between them if
 * nothing does, and when {@value #LOSSES_THAT_CONVICT} devices were lost in its runs. Stateless.
 */
final class BatchRetryPolicy {

    /** What to do. */
    enum Step {
        /** Send it again at once: another device answers. */
        MOVE,
        /** Send it again after a pause. */
        RETRY_LATER,
        /** Send ever smaller parts of it. */
        SEARCH,
        /** Send its rows one after the other: one of them may cost devices. */
        ISOLATE,
        /** Give the row up: devices are lost in its runs. */
        CONVICT,
        /** Give its rows up. */
        GIVE_UP
    }

    private static final int MAX_UNEXPLAINED_TRIES = 3;
    private static final int LOSSES_THAT_CONVICT = 2;

    /** Longer than the glitches of a driver or a network. */
    private static final Backoff PAUSES =
            new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), 0.2);

    private final int maxAttempts;

    /**
     * A policy.
     *
     * @param maxAttempts how often rows are sent that are not to blame, at least 1
     */
    BatchRetryPolicy(int maxAttempts) {
        this.maxAttempts = maxAttempts;
    }

    /** The step after a failure of a batch. */
    Step after(Batch<?> batch, ErrorClass errorClass, Throwable failure) {
        if (failure instanceof DeviceLostException lost) {
            return afterLoss(batch, lost);
        }
        if (failure instanceof Error) {
            return Step.GIVE_UP;
        }
        return switch (errorClass) {
            case SICK_DEVICE -> batch.tries() < maxAttempts ? Step.RETRY_LATER : Step.GIVE_UP;
            case DATA, OUT_OF_MEMORY -> batch.size() > 1 ? Step.SEARCH : Step.GIVE_UP;
            case UNKNOWN -> afterUnexplained(batch);
            default -> Step.GIVE_UP;
        };
    }

    /** How long a batch waits before this try. */
    Duration pause(Batch<?> next) {
        return PAUSES.pause(next.tries() - 2, ThreadLocalRandom.current().nextDouble());
    }

    /** Why a row is given up in whose runs devices were lost. */
    Throwable conviction(Throwable lastLoss) {
        return new ModelRunException(
                "Cannot run row: %d devices were lost while they ran it, the last time with: %s"
                        .formatted(LOSSES_THAT_CONVICT, lastLoss.getMessage()),
                lastLoss);
    }

    private Step afterLoss(Batch<?> batch, DeviceLostException lost) {
        if (lost.mayBeCausedByRows()) {
            boolean convicted = batch.size() == 1 && batch.losses() + 1 >= LOSSES_THAT_CONVICT;
            return convicted ? Step.CONVICT : Step.ISOLATE;
        }
        return batch.tries() < maxAttempts ? Step.MOVE : Step.GIVE_UP;
    }

    private static Step afterUnexplained(Batch<?> batch) {
        if (batch.size() > 1) {
            return Step.SEARCH;
        }
        return batch.tries() < MAX_UNEXPLAINED_TRIES ? Step.RETRY_LATER : Step.GIVE_UP;
    }
}
