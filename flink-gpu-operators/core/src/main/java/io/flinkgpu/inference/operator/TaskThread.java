package io.flinkgpu.inference.operator;

import java.util.concurrent.ScheduledFuture;
import java.util.function.LongSupplier;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * The thread of a task: actions are mails of the operator.
 *
 * @param timers fire in the task's thread; their time is the wall clock's
 */
record TaskThread(OperatorMailbox mailbox, ProcessingTimeService timers) implements SubtaskThread {

    @Override
    public boolean execute(ThrowingRunnable<? extends Exception> action, String description) {
        return mailbox.execute(action, description);
    }

    @Override
    public void after(long millis, ThrowingRunnable<? extends Exception> action) {
        long now = timers.getCurrentProcessingTime();
        long time = now > Long.MAX_VALUE - millis ? Long.MAX_VALUE : now + millis;
        ScheduledFuture<?> unused = timers.registerTimer(time, due -> action.run());
    }

    @Override
    public LongSupplier nanoClock() {
        return timers.getClock()::relativeTimeNanos;
    }

    @Override
    public long currentMillis() {
        return timers.getCurrentProcessingTime();
    }
}
