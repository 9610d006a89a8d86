package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.health.FaultEvents;
import java.util.function.LongSupplier;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * What the parts of an operator share of the subtask they run in.
 *
 * @param stage the subtask's name, such as {@code classify (1/4)}
 * @param thread that all of them run in
 * @param work what is counted for the ledger
 */
record SubtaskContext(
        String stage,
        SubtaskThread thread,
        InferenceMetrics metrics,
        WorkCounts work,
        FaultEvents events) {

    /** Nanoseconds that only grow. */
    LongSupplier nanoClock() {
        return thread.nanoClock();
    }

    /** Runs an action in the subtask's thread after so many milliseconds, or later. */
    void after(long millis, ThrowingRunnable<? extends Exception> action) {
        thread.after(millis, action);
    }
}
