package io.flinkgpu.deploy.chaos;

/**
 * One line of the timeline.
 *
 * @param at ISO-8601, UTC
 * @param source {@code chaos} for what was done, {@code job} for a fault that a process told of
 * @param kind such as KILL or DeviceBlocked
 */
public record ChaosEvent(String at, String source, String kind, String subject, String detail) {}
