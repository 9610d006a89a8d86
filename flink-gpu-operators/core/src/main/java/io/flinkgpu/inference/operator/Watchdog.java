package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.InferenceException;
import io.flinkgpu.inference.fault.StallPolicy;
import io.flinkgpu.inference.health.FaultEvent;
import io.flinkgpu.inference.model.ModelClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that an operator has rows in flight and gets no answers.
 *
 * <p>It warns, then has the calls given up and made again, and at last fails the task. Where the
 * client knows what it waits for, such as a replica, it only warns, again and again. The clock
 * stops while the sink takes nothing and while the model loads. Mailbox thread only.
 */
final class Watchdog {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final int LOOKS_PER_TIMEOUT = 4;

    private final StallPolicy policy;
    private final long stepMillis;
    private final ModelClient client;
    private final BatchCalls<?, ?> calls;
    private final OutputAvailability output;
    private final SubtaskContext subtask;

    Watchdog(
            Duration timeout,
            ModelClient client,
            BatchCalls<?, ?> calls,
            OutputAvailability output,
            SubtaskContext subtask) {
        this.policy = new StallPolicy(timeout, subtask.timers().getCurrentProcessingTime());
        this.stepMillis = Math.max(1, timeout.toMillis() / LOOKS_PER_TIMEOUT);
        this.client = client;
        this.calls = calls;
        this.output = output;
        this.subtask = subtask;
    }

    void start() {
        ScheduledFuture<?> unused =
                subtask.timers()
                        .registerTimer(
                                subtask.timers().getCurrentProcessingTime() + stepMillis,
                                time -> look());
    }

    /** Rows have been completed. */
    void progressed() {
        policy.progressed(subtask.timers().getCurrentProcessingTime());
    }

    private void look() {
        long now = subtask.timers().getCurrentProcessingTime();
        if (calls.inFlight() == 0 || !output.isAvailable() || !client.ready().isDone()) {
            policy.progressed(now);
        } else {
            act(policy.check(now), policy.stalledFor(now), now);
        }
        start();
    }

    private void act(StallPolicy.Measure measure, Duration stalled, long now) {
        if (measure == StallPolicy.Measure.NONE) {
            return;
        }
        Optional<String> known = client.waitsFor();
        StallPolicy.Measure taken = known.isPresent() ? StallPolicy.Measure.WARN : measure;
        int rows = calls.rowsInFlight();
        String message =
                "Stage '%s' has had no answer for %d rows since %s: %s"
                        .formatted(
                                subtask.stage(),
                                rows,
                                stalled,
                                known.orElse("its calls do not end."));
        LOG.warn("{} Measure: {}.", message, taken);
        subtask.events()
                .happened(new FaultEvent.Stalled(subtask.stage(), stalled, rows, taken.toString()));
        if (known.isPresent()) {
            policy.progressed(now);
        } else if (taken == StallPolicy.Measure.ABANDON) {
            calls.moveOn(message);
        } else if (taken == StallPolicy.Measure.FAIL) {
            throw new InferenceException(
                    message
                            + " Giving up and asking again did not help; raise inference.watchdog.timeout if the model needs longer.",
                    null);
        }
    }
}
