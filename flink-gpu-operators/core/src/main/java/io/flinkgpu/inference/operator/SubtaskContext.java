package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.health.FaultEvents;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;

/**
 * What the parts of an operator share of the subtask they run in.
 *
 * @param stage the subtask's name, such as {@code classify (1/4)}
 */
record SubtaskContext(
        String stage,
        OperatorMailbox mailbox,
        ProcessingTimeService timers,
        InferenceMetrics metrics,
        FaultEvents events) {}
