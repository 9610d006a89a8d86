package io.flinkgpu.inference.operator;

import java.util.function.LongSupplier;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * The one thread that the parts of a subtask run in: the task's, or one of its own.
 *
 * <p>An action that throws ends the subtask's work: in the task's thread it fails the task.
 */
interface SubtaskThread {

    /**
     * Has the thread run {@code action} after those that came before; any thread.
     *
     * @param description for people
     * @return false if the thread's work is over, so that the action will not run
     */
    boolean execute(ThrowingRunnable<? extends Exception> action, String description);

    /** Runs an action after so many milliseconds, or later; this thread only. */
    void after(long millis, ThrowingRunnable<? extends Exception> action);

    /** Nanoseconds that only grow. */
    LongSupplier nanoClock();

    /** The wall clock's time, which may be set forth and back: measure with the other clock. */
    long currentMillis();
}
