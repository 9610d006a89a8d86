package io.flinkgpu.inference.pool.routing;

import java.util.concurrent.atomic.AtomicInteger;

/** What the replicas of a pool have in common; outlives changes of the membership. */
final class PoolStatistics {

    private static final double WEIGHT_OF_NEWEST = 0.05;

    private final AtomicInteger fullMembers = new AtomicInteger();
    private final MovingMean nanosPerRow = new MovingMean(WEIGHT_OF_NEWEST);

    /** How many members have no place left. */
    AtomicInteger fullMembers() {
        return fullMembers;
    }

    /** Round trip of one row, over all replicas. */
    MovingMean nanosPerRow() {
        return nanosPerRow;
    }
}
