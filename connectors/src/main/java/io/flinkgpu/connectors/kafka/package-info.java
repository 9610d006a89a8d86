/**
 * Topics of Kafka as a job's input and output.
 *
 * <p>{@link io.flinkgpu.connectors.kafka.InputTopic} makes a source of {@link
 * io.flinkgpu.connectors.kafka.KafkaPayload}s, {@link
 * io.flinkgpu.connectors.kafka.PayloadDecodeFunction} decodes them and puts aside what cannot be
 * decoded, {@link io.flinkgpu.connectors.kafka.OutputTopic} makes a sink. Both ends stand on
 * Flink's own Kafka connector; neither knows what a value contains, but for {@link
 * io.flinkgpu.connectors.kafka.TensorPayloads}.
 */
package io.flinkgpu.connectors.kafka;
