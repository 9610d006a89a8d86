package io.flinkgpu.inference.pool.client;

import java.util.Map;

/**
 * What a client has done so far and how it stands.
 *
 * @param attempts requests sent, repeats included; one may carry several batches
 * @param retriesByStatus attempts that failed and were repeated, by gRPC status
 * @param replicasKnown members of the pools
 * @param replicasReady those that serve the model and do not rest
 * @param waitingBatches given to the client and on no replica at the moment
 */
record PoolClientStatistics(
        long attempts,
        Map<String, Long> retriesByStatus,
        int replicasKnown,
        int replicasReady,
        int waitingBatches) {}
