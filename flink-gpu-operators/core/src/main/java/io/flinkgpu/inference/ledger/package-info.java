/**
 * What a job tells the ledger about its run.
 *
 * <p>Subtasks send a {@link io.flinkgpu.inference.ledger.ProgressReport} with each checkpoint; the
 * coordinator of each operator has a {@link io.flinkgpu.inference.ledger.RunRecorder}, and those of
 * a job share one writer. {@link io.flinkgpu.inference.ledger.SinkProbes} of the job's
 * configuration find out how far its sinks have committed. May import the ledger of {@code state},
 * faults, the vocabulary of pools and Flink's execution graph.
 */
package io.flinkgpu.inference.ledger;
