package io.flinkgpu.inference.model;

import java.time.Duration;
import org.apache.flink.annotation.Internal;

/**
 * What a loaded model is doing, for all its clients together.
 *
 * @param waitingRows queued for the device
 * @param runningRows in device batches that run
 * @param oldestRun how long the oldest run has lasted; zero if none runs
 * @param sinceLastRun time since a run ended well; zero while none has
 */
@Internal
public record ModelActivity(
        int waitingRows, int runningRows, Duration oldestRun, Duration sinceLastRun) {}
