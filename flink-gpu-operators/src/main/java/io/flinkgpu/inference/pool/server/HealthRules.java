package io.flinkgpu.inference.pool.server;

import java.time.Duration;

/**
 * When a model counts as unhealthy.
 *
 * @param interval how long it is idle before it is probed
 * @param maxRunTime age of a run that is too old
 */
record HealthRules(Duration interval, Duration maxRunTime) {}
