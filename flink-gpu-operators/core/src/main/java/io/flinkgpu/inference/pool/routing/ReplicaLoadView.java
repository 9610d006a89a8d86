package io.flinkgpu.inference.pool.routing;

import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.ReplicaAddress;
import org.apache.flink.annotation.Internal;

/**
 * What a router knows of a replica, for people.
 *
 * @param nanosPerRow moving mean of the round trip of one row; 0 while no batch has been answered
 * @param resting whether it gets nothing at the moment, because it was lost or asked for it
 */
@Internal
public record ReplicaLoadView(
        PoolAddress pool,
        ReplicaAddress address,
        int inFlightBatches,
        long inFlightRows,
        double nanosPerRow,
        boolean resting) {}
