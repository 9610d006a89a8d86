package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.health.FaultEvents;
import java.util.concurrent.ScheduledFuture;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;

/**
 * What the parts of an operator share of the subtask they run in.
 *
 * @param stage the subtask's name, such as {@code classify (1/4)}
 * @param work what is counted for the ledger
 * @param timers run actions in the task's thread; their time is the wall clock's, which may be set
 *     forth and back: measure what passes with {@link #nanoClock()}
 */
record SubtaskContext(
        String stage,
        OperatorMailbox mailbox,
        ProcessingTimeService timers,
        InferenceMetrics metrics,
        WorkCounts work,
        FaultEvents events) {

    /** Nanoseconds that only grow. */
    LongSupplier nanoClock() {
        return timers.getClock()::relativeTimeNanos;
    }

    /** Runs an action in the task's thread after so many milliseconds, or later. */
    void after(long millis, ProcessingTimeCallback action) {
        long now = timers.getCurrentProcessingTime();
        long time = now > Long.MAX_VALUE - millis ? Long.MAX_VALUE : now + millis;
        ScheduledFuture<?> unused = timers.registerTimer(time, action);
    }
}
