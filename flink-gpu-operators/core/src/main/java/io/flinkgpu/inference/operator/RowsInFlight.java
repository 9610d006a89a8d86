package io.flinkgpu.inference.operator;

/** How many rows a subtask has taken and not let go; its thread only. */
interface RowsInFlight {

    /** How many rows are in flight; nothing else counts. */
    int rows();

    /** Whether some of them have been completed and not let go. */
    boolean hasCompleted();
}
