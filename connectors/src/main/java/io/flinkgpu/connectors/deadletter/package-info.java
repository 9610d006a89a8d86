/**
 * Where dead letters of inference go: to files and to Kafka.
 *
 * <p>{@link io.flinkgpu.connectors.deadletter.DeadLetterFiles} and {@link
 * io.flinkgpu.connectors.deadletter.DeadLetterTopic} make sinks for the side output that {@link
 * io.flinkgpu.inference.DeadLetter#tag} names, {@link
 * io.flinkgpu.connectors.deadletter.RejectedPayloads} one for records that were never rows. All
 * write exactly once; none knows what a row is.
 */
package io.flinkgpu.connectors.deadletter;
