package io.flinkgpu.inference.pool.routing;

import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.ServedModel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The members of all pools at one time, sorted by what they serve when it is first asked for. */
final class RoutingTable {

    /**
     * One pool's members.
     *
     * @param slots ordered by address
     */
    record PoolMembers(PoolAddress pool, PoolStatistics statistics, List<ReplicaSlot> slots) {}

    private final List<PoolMembers> pools;
    private final String localNode;
    private final Map<ServedModel, ModelCandidates> byModel = new ConcurrentHashMap<>();

    RoutingTable(List<PoolMembers> pools, String localNode) {
        this.pools = List.copyOf(pools);
        this.localNode = localNode;
    }

    List<PoolMembers> pools() {
        return pools;
    }

    ModelCandidates candidates(ServedModel model) {
        ModelCandidates known = byModel.get(model);
        return known == null ? byModel.computeIfAbsent(model, this::candidatesOf) : known;
    }

    private ModelCandidates candidatesOf(ServedModel model) {
        return new ModelCandidates(
                pools.stream()
                        .map(pool -> candidatesIn(pool, model))
                        .filter(candidates -> !candidates.slots().isEmpty())
                        .toList());
    }

    private PoolCandidates candidatesIn(PoolMembers members, ServedModel model) {
        List<ReplicaSlot> suitable =
                members.slots().stream().filter(slot -> slot.replica().takes(model)).toList();
        return new PoolCandidates(
                members.pool().weight(),
                members.statistics(),
                members.slots().size(),
                suitable,
                localNode);
    }
}
