package io.flinkgpu.inference.pool.routing;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ServedModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.apache.flink.annotation.Internal;

/**
 * Chooses the replica for each batch.
 *
 * <p>A pool is drawn by weight, two of its replicas by the request's key, and of these the one that
 * would be done sooner gets the batch; replicas that are full or rest are passed over, as long as
 * any other can take it. A replica that was lost rests, longer each time, and gets one batch at a
 * time afterwards until it answers. Picking takes no lock. Safe for use by many threads.
 */
@Internal
public final class Router {

    private static final Comparator<Replica> BY_ADDRESS =
            Comparator.comparing((Replica replica) -> replica.address().host())
                    .thenComparing(replica -> replica.address().port());

    private final RouterConfig config;
    private final LongSupplier nanoClock;
    private final RestPolicy rests;
    private final Map<PoolAddress, PoolStatistics> statistics = new HashMap<>();
    private Map<ReplicaAddress, ReplicaSlot> slots = Map.of();
    private List<Membership> members = List.of();
    private volatile RoutingTable table;

    /**
     * A router without members.
     *
     * @param nanoClock such as {@link System#nanoTime()}
     */
    public Router(RouterConfig config, LongSupplier nanoClock) {
        this(config, nanoClock, () -> ThreadLocalRandom.current().nextDouble());
    }

    /**
     * A router without members.
     *
     * @param nanoClock such as {@link System#nanoTime()}
     * @param random jitter, in {@code [0, 1)}
     */
    public Router(RouterConfig config, LongSupplier nanoClock, DoubleSupplier random) {
        this.config = config;
        this.nanoClock = nanoClock;
        this.rests = new RestPolicy(config.rests(), nanoClock, random);
        this.table = new RoutingTable(List.of(), config.localNode());
    }

    /**
     * Replaces the members.
     *
     * <p>A replica that stays keeps its statistics; one that goes gets nothing new, and its routes
     * end as they would have. A replica that several pools name belongs to the first.
     */
    public synchronized void update(List<Membership> pools) {
        if (pools.equals(members)) {
            return;
        }
        Map<ReplicaAddress, ReplicaSlot> next = new HashMap<>();
        List<RoutingTable.PoolMembers> tables = new ArrayList<>();
        for (Membership pool : pools) {
            tables.add(join(pool, next));
        }
        table = new RoutingTable(tables, config.localNode());
        slots.forEach((address, slot) -> leave(address, slot, next));
        slots = next;
        members = List.copyOf(pools);
    }

    /**
     * A place for a batch; its taker ends the route.
     *
     * @return empty if every suitable replica is full or rests, or there is none
     */
    public Optional<Route> pick(RoutingRequest request) {
        ModelCandidates candidates = table.candidates(request.model());
        return Optional.ofNullable(candidates.pick(request, nanoClock.getAsLong()));
    }

    /**
     * Gives a replica nothing for a while, and a single request afterwards until it answers;
     * nothing happens if it is not a member.
     */
    public synchronized void eject(ReplicaAddress replica, Duration length) {
        ReplicaSlot slot = slots.get(replica);
        if (slot != null) {
            slot.eject(nanoClock.getAsLong() + length.toNanos());
        }
    }

    /** Whether a member serves the model, be it full or resting. */
    public boolean hasMembers(ServedModel model) {
        return !table.candidates(model).isEmpty();
    }

    /** The members that serve the model, be they full or resting. */
    public List<ReplicaAddress> members(ServedModel model) {
        return table.candidates(model).slots().stream().map(ReplicaSlot::address).toList();
    }

    /** All members of all pools as they are. */
    public List<ReplicaLoadView> snapshot() {
        long now = nanoClock.getAsLong();
        return table.pools().stream()
                .flatMap(pool -> pool.slots().stream())
                .map(slot -> slot.view(now))
                .toList();
    }

    private RoutingTable.PoolMembers join(Membership pool, Map<ReplicaAddress, ReplicaSlot> next) {
        PoolStatistics common =
                statistics.computeIfAbsent(pool.pool(), address -> new PoolStatistics());
        List<ReplicaSlot> joined = new ArrayList<>(pool.replicas().size());
        for (Replica replica : pool.replicas().stream().sorted(BY_ADDRESS).toList()) {
            if (!next.containsKey(replica.address())) {
                ReplicaSlot slot = slot(pool.pool(), replica, common);
                next.put(replica.address(), slot);
                joined.add(slot);
            }
        }
        return new RoutingTable.PoolMembers(pool.pool(), common, List.copyOf(joined));
    }

    private ReplicaConcurrency concurrency() {
        return config.adaptive()
                ? ReplicaConcurrency.adaptive(config.maxInFlightBatches())
                : ReplicaConcurrency.fixed(config.maxInFlightBatches());
    }

    private ReplicaSlot slot(PoolAddress pool, Replica replica, PoolStatistics common) {
        ReplicaSlot known = slots.get(replica.address());
        boolean stays = known != null && known.pool().equals(pool);
        ReplicaSlot slot =
                stays ? known : new ReplicaSlot(pool, replica, common, rests, concurrency());
        slot.joinedAs(replica);
        return slot;
    }

    /** A slot with batches in flight is kept, so that the limit holds if its replica comes back. */
    private static void leave(
            ReplicaAddress address, ReplicaSlot slot, Map<ReplicaAddress, ReplicaSlot> next) {
        if (next.get(address) == slot) {
            return;
        }
        slot.left();
        if (!slot.isIdle()) {
            next.putIfAbsent(address, slot);
        }
    }
}
