package io.flinkgpu.deploy.model;

import java.time.Duration;

/**
 * How long batches of one size took.
 *
 * @param rows of each batch
 * @param runs that were measured
 * @param median of their latencies, from the call to the answer
 * @param p95 which 95 of 100 did not exceed
 * @param rowsPerSecond one batch after the other
 */
record BatchTiming(int rows, int runs, Duration median, Duration p95, double rowsPerSecond) {}
