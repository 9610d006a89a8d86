package io.flinkgpu.inference.pool.routing;

import java.util.List;
import javax.annotation.Nullable;

/**
 * The replicas of one pool that serve one model.
 *
 * <p>Power of two choices (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing",
 * 2001): of two replicas that the key draws, the one that would be done sooner gets the batch.
 */
final class PoolCandidates {

    private static final int MAX_DRAWS = 8;
    private static final double EQUAL_LOAD = 1.1;

    private final double weight;
    private final PoolStatistics statistics;
    private final int poolMembers;
    private final ReplicaSlot[] slots;
    private final String localNode;

    /**
     * Those of a pool.
     *
     * @param poolMembers all members of the pool, those that do not serve the model included
     * @param slots in an order that depends on the addresses alone
     */
    PoolCandidates(
            double weight,
            PoolStatistics statistics,
            int poolMembers,
            List<ReplicaSlot> slots,
            String localNode) {
        this.weight = weight;
        this.statistics = statistics;
        this.poolMembers = poolMembers;
        this.slots = slots.toArray(ReplicaSlot[]::new);
        this.localNode = localNode;
    }

    double weight() {
        return weight;
    }

    List<ReplicaSlot> slots() {
        return List.of(slots);
    }

    /** A place for the request; null if there is none. */
    @Nullable
    Route pick(RoutingRequest request, long now, boolean avoidedToo) {
        if (statistics.fullMembers().get() >= poolMembers) {
            return null;
        }
        Route drawn = draw(request, now, avoidedToo);
        return drawn == null ? scan(request, now, avoidedToo) : drawn;
    }

    /** Whether a replica that the request does not avoid is full at worst. */
    boolean hasAwakeAndNotAvoided(RoutingRequest request, long now) {
        for (ReplicaSlot slot : slots) {
            if (!slot.isResting(now) && !request.avoided().contains(slot.address())) {
                return true;
            }
        }
        return false;
    }

    @Nullable
    private Route draw(RoutingRequest request, long now, boolean avoidedToo) {
        ReplicaSlot first = null;
        for (int draw = 0; draw < MAX_DRAWS; draw++) {
            ReplicaSlot drawn = candidate(request.key(), draw);
            if (drawn == first || !isOpen(drawn, request, now, avoidedToo)) {
                continue;
            }
            if (first == null) {
                first = drawn;
                continue;
            }
            Route route = takeBetter(first, drawn, request.rows(), now);
            if (route != null) {
                return route;
            }
            first = null;
        }
        return first == null ? null : first.tryTake(request.rows(), now);
    }

    /** All replicas, from a place that the key draws. */
    @Nullable
    private Route scan(RoutingRequest request, long now, boolean avoidedToo) {
        int start = RoutingHash.index(request.key(), MAX_DRAWS, slots.length);
        for (int i = 0; i < slots.length; i++) {
            ReplicaSlot slot = slots[(start + i) % slots.length];
            if (isOpen(slot, request, now, avoidedToo)) {
                Route route = slot.tryTake(request.rows(), now);
                if (route != null) {
                    return route;
                }
            }
        }
        return null;
    }

    /** The first two always differ where there are two. */
    private ReplicaSlot candidate(long key, int draw) {
        int drawn = RoutingHash.index(key, draw, slots.length);
        if (draw == 1 && slots.length > 1) {
            int first = RoutingHash.index(key, 0, slots.length);
            int distance = 1 + RoutingHash.index(key, 1, slots.length - 1);
            drawn = (first + distance) % slots.length;
        }
        return slots[drawn];
    }

    @Nullable
    private Route takeBetter(ReplicaSlot first, ReplicaSlot second, int rows, long now) {
        boolean secondIsBetter = isBetter(second, first, rows, now);
        Route route = (secondIsBetter ? second : first).tryTake(rows, now);
        return route == null ? (secondIsBetter ? first : second).tryTake(rows, now) : route;
    }

    private boolean isBetter(ReplicaSlot slot, ReplicaSlot than, int rows, long now) {
        double cost = slot.cost(rows, now);
        double otherCost = than.cost(rows, now);
        boolean equal = cost <= EQUAL_LOAD * otherCost && otherCost <= EQUAL_LOAD * cost;
        if (equal && isLocal(slot) != isLocal(than)) {
            return isLocal(slot);
        }
        return cost < otherCost;
    }

    private boolean isLocal(ReplicaSlot slot) {
        return slot.replica().node().equals(localNode);
    }

    private static boolean isOpen(
            ReplicaSlot slot, RoutingRequest request, long now, boolean avoidedToo) {
        return slot.isOpen(now)
                && (avoidedToo
                        || request.avoided().isEmpty()
                        || !request.avoided().contains(slot.address()));
    }
}
