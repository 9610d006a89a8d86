package io.flinkgpu.inference.operator;

import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;

/** What the parts of an operator share of the subtask they run in. */
record Subtask(OperatorMailbox mailbox, ProcessingTimeService timers, InferenceMetrics metrics) {}
