package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.fault.RetryBudget;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The retry budget of each pool, found by its replicas: a pool that fails spends none of another's.
 *
 * <p>Safe for use by many threads.
 */
final class RetryBudgets {

    private final Supplier<RetryBudget> budgets;
    private final RetryBudget ofReplicasThatLeft;
    private Map<PoolAddress, RetryBudget> byPool = Map.of();
    private volatile Map<ReplicaAddress, RetryBudget> byReplica = Map.of();

    /** Makes a full budget for each pool that comes. */
    RetryBudgets(Supplier<RetryBudget> budgets) {
        this.budgets = budgets;
        this.ofReplicasThatLeft = budgets.get();
    }

    /** Pools that stay keep what they have left. */
    synchronized void setMembers(List<Membership> pools) {
        Map<PoolAddress, RetryBudget> newByPool = new HashMap<>();
        Map<ReplicaAddress, RetryBudget> newByReplica = new HashMap<>();
        for (Membership pool : pools) {
            RetryBudget known = byPool.get(pool.pool());
            RetryBudget budget = known == null ? budgets.get() : known;
            newByPool.put(pool.pool(), budget);
            for (Replica replica : pool.replicas()) {
                newByReplica.put(replica.address(), budget);
            }
        }
        byPool = newByPool;
        byReplica = newByReplica;
    }

    /** That of a replica's pool. */
    RetryBudget of(ReplicaAddress replica) {
        return byReplica.getOrDefault(replica, ofReplicasThatLeft);
    }
}
