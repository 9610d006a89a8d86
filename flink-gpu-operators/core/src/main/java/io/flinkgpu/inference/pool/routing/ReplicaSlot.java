package io.flinkgpu.inference.pool.routing;

import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ReplicaState;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.annotation.Nullable;

/**
 * A replica with what the router has seen of it; lives as long as the replica is a member or has
 * batches in flight. Safe for use by many threads.
 */
final class ReplicaSlot {

    private static final double WEIGHT_OF_NEWEST = 0.2;
    private static final double MEMORY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final PoolAddress pool;
    private final ReplicaAddress address;
    private final PoolStatistics statistics;
    private final RestPolicy rests;
    private final Occupancy occupancy;
    private final ReplicaConcurrency concurrency;
    private final MovingMean nanosPerRow = new MovingMean(WEIGHT_OF_NEWEST);
    private final AtomicReference<Rest> rest = new AtomicReference<>(Rest.NONE);
    private final AtomicBoolean probeIsOut = new AtomicBoolean();
    private volatile Replica replica;
    private volatile long lastAnswerNanos;

    ReplicaSlot(
            PoolAddress pool,
            Replica replica,
            PoolStatistics statistics,
            RestPolicy rests,
            ReplicaConcurrency concurrency) {
        this.pool = pool;
        this.replica = replica;
        this.address = replica.address();
        this.statistics = statistics;
        this.rests = rests;
        this.concurrency = concurrency;
        this.occupancy = new Occupancy(concurrency.most(), statistics.fullMembers());
    }

    PoolAddress pool() {
        return pool;
    }

    ReplicaAddress address() {
        return address;
    }

    Replica replica() {
        return replica;
    }

    boolean isIdle() {
        return occupancy.batches() == 0;
    }

    /**
     * Notes what discovery says; a replica that becomes ready does not rest from its former life.
     */
    void joinedAs(Replica named) {
        if (isReady(named) && (!isReady(replica) || !occupancy.isMember())) {
            rest.set(Rest.NONE);
        }
        replica = named;
        occupancy.setMember(true);
    }

    void left() {
        occupancy.setMember(false);
    }

    /** Gets nothing until then, whatever it answers meanwhile, and a probe afterwards. */
    void eject(long untilNanos) {
        Rest unused = rest.updateAndGet(before -> before.ejectedUntil(untilNanos));
    }

    /** Whether it can take a batch. */
    boolean isOpen(long now) {
        return !isFull() && !isResting(now);
    }

    private boolean isFull() {
        return occupancy.isFull() || occupancy.batches() >= concurrency.limit();
    }

    /** Whether it gets nothing, not for want of a place. */
    boolean isResting(long now) {
        Rest current = rest.get();
        return current.lasts(now) || (current.allowsOnlyAProbe() && probeIsOut.get());
    }

    /** How long a batch would take, in the same unit for all replicas. */
    double cost(int rows, long now) {
        return (occupancy.rows() + rows) * expectedNanosPerRow(now);
    }

    /** Takes a place for a batch; null if another thread was faster. */
    @Nullable
    Route tryTake(int rows, long now) {
        Rest current = rest.get();
        boolean probe = current.allowsOnlyAProbe();
        if (current.lasts(now) || (probe && !probeIsOut.compareAndSet(false, true))) {
            return null;
        }
        if (isFull() || !occupancy.tryTake(rows)) {
            endProbe(probe);
            return null;
        }
        return new SlotRoute(this, replica, rows, current.losses(), probe);
    }

    /** More rows in a place that is taken. */
    void add(int rows) {
        occupancy.add(rows);
    }

    void answered(SlotRoute route, long roundTripNanos) {
        double perRow = Math.max(1.0, (double) roundTripNanos / Math.max(1, route.rows()));
        nanosPerRow.add(perRow);
        statistics.nanosPerRow().add(perRow);
        lastAnswerNanos = rests.now();
        concurrency.answered((long) perRow, occupancy.batches());
        Rest unused = rest.updateAndGet(before -> before.answered(lastAnswerNanos));
        giveBack(route);
    }

    /** Rests, unless a route that was taken in the same state has reported the loss already. */
    void lost(SlotRoute route) {
        Rest before = rest.get();
        if (before.losses() == route.lossesBefore()) {
            // A race with another report of the same loss leaves the rest to that one.
            rest.compareAndSet(before, before.lostUntil(rests.endOfRest(before.losses() + 1)));
        }
        giveBack(route);
    }

    void refused(SlotRoute route, long pushbackMillis) {
        if (pushbackMillis > 0) {
            long until = rests.now() + TimeUnit.MILLISECONDS.toNanos(pushbackMillis);
            Rest unused = rest.updateAndGet(before -> before.askedForUntil(until));
        }
        giveBack(route);
    }

    ReplicaLoadView view(long now) {
        return new ReplicaLoadView(
                pool,
                address,
                occupancy.batches(),
                occupancy.rows(),
                nanosPerRow.orElse(0),
                isResting(now));
    }

    private void giveBack(SlotRoute route) {
        endProbe(route.isProbe());
        occupancy.giveBack(route.rows());
    }

    private void endProbe(boolean probe) {
        if (probe) {
            probeIsOut.set(false);
        }
    }

    /** Own experience fades to the pool's, so that a replica that was slow is tried again. */
    private double expectedNanosPerRow(long now) {
        double common = statistics.nanosPerRow().orElse(1);
        double own = nanosPerRow.orElse(common);
        long age = Math.max(0, now - lastAnswerNanos);
        return common + (own - common) * MEMORY_NANOS / (MEMORY_NANOS + age);
    }

    private static boolean isReady(Replica replica) {
        return replica.state() == ReplicaState.READY;
    }
}
