/**
 * Topics of Kafka as sources and sinks of job files, over {@code connectors.kafka}.
 *
 * <p>{@link io.flinkgpu.job.kafka.PayloadRows} makes rows of records, {@link
 * io.flinkgpu.job.kafka.RowRecords} records of rows; {@link io.flinkgpu.job.kafka.TopicLook} asks
 * the brokers while a file is checked.
 */
package io.flinkgpu.job.kafka;
