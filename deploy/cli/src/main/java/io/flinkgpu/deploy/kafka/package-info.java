/**
 * A Kafka broker on this machine, for jobs that are tried out and for tests: one node, its own
 * controller, in a process with a class path of its own.
 *
 * <p>{@link io.flinkgpu.deploy.kafka.KafkaBroker} starts, finds and stops the one of a directory by
 * what {@code deploy.cluster} has for processes; {@link io.flinkgpu.deploy.kafka.KafkaCommand} is
 * the command.
 */
package io.flinkgpu.deploy.kafka;
