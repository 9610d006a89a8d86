package io.flinkgpu.benchmarks.chaos;

import org.apache.flink.annotation.Internal;

/**
 * One line of the timeline.
 *
 * @param at ISO-8601, UTC
 * @param source {@code chaos} for what was done, {@code job} for a fault that a process told of
 * @param kind such as KILL or DeviceBlocked
 */
@Internal
public record ChaosEvent(String at, String source, String kind, String subject, String detail) {}
