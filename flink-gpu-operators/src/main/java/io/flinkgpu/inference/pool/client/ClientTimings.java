package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.fault.Backoff;
import java.time.Duration;

/**
 * The pauses of pool clients.
 *
 * @param pauses before a batch is tried again that no replica could take
 * @param look between two looks at the replicas while batches wait, for those whose rest is over
 * @param modelPatience how long all replicas may say that they do not know a model
 * @param linger how long connections are kept that nobody uses
 */
record ClientTimings(Backoff pauses, Duration look, Duration modelPatience, Duration linger) {

    static ClientTimings defaults() {
        return new ClientTimings(
                new Backoff(Duration.ofMillis(10), Duration.ofSeconds(1), 0.2),
                Duration.ofMillis(50),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60));
    }
}
