package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.InferenceException;
import io.flinkgpu.inference.fault.StallPolicy;
import io.flinkgpu.inference.health.FaultEvent;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.process.Stopwatch;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that an operator has rows in flight and gets no answers.
 *
 * <p>It watches the call that waits longest. While that one stays the same there is no progress,
 * also if later calls are answered: ORDERED rows behind it cannot leave, nor can the next UNORDERED
 * watermark. It warns, then has all calls given up and made again, and at last fails the task.
 * Where the client knows what it waits for, such as a replica, it only warns, again and again.
 *
 * <p>The time in which there can be no answer does not count: while the sink takes nothing and
 * while the model loads, here or elsewhere after its device was lost. Of the time between two looks
 * no more counts than it should have been, since more means that this thread was held up, and
 * answers may lie in its mailbox. Subtask's thread only.
 */
final class Watchdog {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final int LOOKS_PER_TIMEOUT = 4;

    private final StallPolicy policy;
    private final long stepMillis;
    private final ModelClient client;
    private final BatchCalls<?, ?> calls;
    private final BooleanSupplier outputTakes;
    private final SubtaskContext subtask;
    private Stopwatch uncounted;
    @Nullable private Object oldestCall;

    /**
     * @param outputTakes whether what is completed can leave
     */
    Watchdog(
            Duration timeout,
            ModelClient client,
            BatchCalls<?, ?> calls,
            BooleanSupplier outputTakes,
            SubtaskContext subtask) {
        this.policy = new StallPolicy(timeout);
        this.stepMillis = Math.max(1, timeout.toMillis() / LOOKS_PER_TIMEOUT);
        this.client = client;
        this.calls = calls;
        this.outputTakes = outputTakes;
        this.subtask = subtask;
        this.uncounted = Stopwatch.start(subtask.nanoClock());
    }

    void start() {
        subtask.after(stepMillis, this::look);
    }

    /** Rows have been completed. */
    void progressed() {
        if (oldestCallChanged()) {
            uncounted = Stopwatch.start(subtask.nanoClock());
        }
    }

    private void look() {
        Duration passed = uncounted.time();
        uncounted = Stopwatch.start(subtask.nanoClock());
        boolean unused = oldestCallChanged();
        if (oldestCall != null && outputTakes.getAsBoolean() && !client.isLoading()) {
            act(policy.waited(atMostOneStep(passed)));
        }
        start();
    }

    private boolean oldestCallChanged() {
        Object oldest = calls.oldest();
        boolean changed = oldest != oldestCall;
        if (changed) {
            oldestCall = oldest;
            policy.progressed();
        }
        return changed;
    }

    private Duration atMostOneStep(Duration passed) {
        Duration step = Duration.ofMillis(stepMillis);
        return passed.compareTo(step) < 0 ? passed : step;
    }

    private void act(StallPolicy.Measure measure) {
        if (measure == StallPolicy.Measure.NONE) {
            return;
        }
        Optional<String> known = client.waitsFor();
        StallPolicy.Measure taken = known.isPresent() ? StallPolicy.Measure.WARN : measure;
        Duration stalled = policy.stalledFor();
        int rows = calls.rowsOfOldest();
        String message =
                "Stage '%s' has had no answer for %d rows since %s, and %d wait in all: %s"
                        .formatted(
                                subtask.stage(),
                                rows,
                                stalled,
                                calls.rowsInFlight(),
                                known.orElse("its calls do not end."));
        LOG.warn("{} Measure: {}.", message, taken);
        subtask.events()
                .happened(new FaultEvent.Stalled(subtask.stage(), stalled, rows, taken.toString()));
        if (known.isPresent()) {
            policy.progressed();
        } else if (taken == StallPolicy.Measure.ABANDON) {
            calls.moveOn(message);
            // INVARIANT: the same rows are asked for again, which is no progress yet
            oldestCall = calls.oldest();
        } else if (taken == StallPolicy.Measure.FAIL) {
            throw new InferenceException(
                    message
                            + " Giving up and asking again did not help; raise"
                            + " inference.watchdog.timeout if the model needs longer.",
                    null);
        }
    }
}
