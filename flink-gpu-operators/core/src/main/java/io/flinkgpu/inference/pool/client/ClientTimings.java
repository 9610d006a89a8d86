package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.fault.Backoff;
import java.time.Duration;

/**
 * The pauses of pool clients.
 *
 * @param pauses before a batch is tried again that no replica could take; from none to twice as
 *     long, so that batches that failed together do not come together again
 * @param look between two looks at the replicas while batches wait, for those whose rest is over
 * @param modelPatience how long all replicas may say that they do not know a model
 * @param silence after which a replica that holds a batch and answers nobody is taken as stuck,
 *     when its client is told to move on
 * @param linger how long connections are kept that nobody uses
 */
record ClientTimings(
        Backoff pauses, Duration look, Duration modelPatience, Duration silence, Duration linger) {

    static ClientTimings defaults() {
        return new ClientTimings(
                new Backoff(Duration.ofMillis(5), Duration.ofMillis(500), 1),
                Duration.ofMillis(50),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60));
    }
}
