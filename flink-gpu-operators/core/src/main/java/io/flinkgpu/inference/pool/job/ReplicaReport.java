package io.flinkgpu.inference.pool.job;

import io.flinkgpu.inference.pool.Replica;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/** A subtask tells the registry how its replica is. */
record ReplicaReport(Replica replica) implements OperatorEvent {}
