package io.flinkgpu.benchmarks.harness;

import java.time.Duration;
import org.apache.flink.annotation.Internal;

/**
 * One measurement to take.
 *
 * @param side what to measure
 * @param repetition from 0, counted for warm-ups and measured runs apart
 * @param isWarmUp whether the value will be thrown away
 * @param length how long the steady part should last, where a scenario can choose
 */
@Internal
public record Run(Side side, int repetition, boolean isWarmUp, Duration length) {}
