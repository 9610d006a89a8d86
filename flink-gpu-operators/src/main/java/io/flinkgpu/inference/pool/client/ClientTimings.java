package io.flinkgpu.inference.pool.client;

import java.time.Duration;

/**
 * The pauses of pool clients.
 *
 * @param firstPause longest pause before a batch that found no other replica is tried again;
 *     doubles each time
 * @param maxPause bound of the above
 * @param look between two looks at the replicas while batches wait, for those whose rest is over
 * @param modelPatience how long all replicas may say that they do not know a model
 * @param linger how long connections are kept that nobody uses
 */
record ClientTimings(
        Duration firstPause,
        Duration maxPause,
        Duration look,
        Duration modelPatience,
        Duration linger) {

    static ClientTimings defaults() {
        return new ClientTimings(
                Duration.ofMillis(10),
                Duration.ofSeconds(1),
                Duration.ofMillis(50),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60));
    }
}
