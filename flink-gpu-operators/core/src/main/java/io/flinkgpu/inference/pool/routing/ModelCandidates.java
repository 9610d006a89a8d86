package io.flinkgpu.inference.pool.routing;

import java.util.Arrays;
import java.util.List;
import javax.annotation.Nullable;

/** The replicas of all pools that serve one model. */
final class ModelCandidates {

    // Draws of pools, apart from those of replicas.
    private static final int FIRST_POOL_DRAW = 64;

    private final PoolCandidates[] pools;

    /** Those of each pool that has any. */
    ModelCandidates(List<PoolCandidates> pools) {
        this.pools = pools.toArray(PoolCandidates[]::new);
    }

    boolean isEmpty() {
        return pools.length == 0;
    }

    List<ReplicaSlot> slots() {
        return Arrays.stream(pools).flatMap(pool -> pool.slots().stream()).toList();
    }

    /** A place for the request; null if there is none. */
    @Nullable
    Route pick(RoutingRequest request, long now) {
        Route route = pick(request, now, false);
        if (route == null && !request.avoided().isEmpty() && !hasOther(request, now)) {
            return pick(request, now, true);
        }
        return route;
    }

    private boolean hasOther(RoutingRequest request, long now) {
        for (PoolCandidates pool : pools) {
            if (pool.hasAwakeAndNotAvoided(request, now)) {
                return true;
            }
        }
        return false;
    }

    /** Asks the pools in an order drawn by weight. */
    @Nullable
    private Route pick(RoutingRequest request, long now, boolean avoidedToo) {
        if (pools.length == 1) {
            return pools[0].pick(request, now, avoidedToo);
        }
        PoolCandidates[] left = pools;
        for (int i = 0; left.length > 0; i++) {
            int drawn = draw(left, RoutingHash.unit(request.key(), FIRST_POOL_DRAW + i));
            Route route = left[drawn].pick(request, now, avoidedToo);
            if (route != null) {
                return route;
            }
            left = without(left, drawn);
        }
        return null;
    }

    private static int draw(PoolCandidates[] pools, double unit) {
        double total = 0;
        for (PoolCandidates pool : pools) {
            total += pool.weight();
        }
        double rest = unit * total;
        for (int i = 0; i < pools.length - 1; i++) {
            rest -= pools[i].weight();
            if (rest < 0) {
                return i;
            }
        }
        return pools.length - 1;
    }

    private static PoolCandidates[] without(PoolCandidates[] pools, int index) {
        PoolCandidates[] left = Arrays.copyOf(pools, pools.length - 1);
        System.arraycopy(pools, index + 1, left, index, left.length - index);
        return left;
    }
}
