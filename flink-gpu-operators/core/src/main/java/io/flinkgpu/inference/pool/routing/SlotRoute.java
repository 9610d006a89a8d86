package io.flinkgpu.inference.pool.routing;

import io.flinkgpu.inference.pool.Replica;
import java.util.concurrent.atomic.AtomicBoolean;

/** A batch's place in a {@link ReplicaSlot}. */
final class SlotRoute implements Route {

    private final ReplicaSlot slot;
    private final Replica replica;
    private volatile int rows;
    private final int lossesBefore;
    private final boolean probe;
    private final AtomicBoolean ended = new AtomicBoolean();

    SlotRoute(ReplicaSlot slot, Replica replica, int rows, int lossesBefore, boolean probe) {
        this.slot = slot;
        this.replica = replica;
        this.rows = rows;
        this.lossesBefore = lossesBefore;
        this.probe = probe;
    }

    @Override
    public synchronized void add(int more) {
        rows += more;
        slot.add(more);
    }

    int rows() {
        return rows;
    }

    /** Losses in a row when the replica was chosen. */
    int lossesBefore() {
        return lossesBefore;
    }

    /** Whether it finds out if the replica is back. */
    boolean isProbe() {
        return probe;
    }

    @Override
    public Replica replica() {
        return replica;
    }

    @Override
    public void succeeded(long roundTripNanos) {
        if (ended.compareAndSet(false, true)) {
            slot.answered(this, roundTripNanos);
        }
    }

    @Override
    public void lost() {
        if (ended.compareAndSet(false, true)) {
            slot.lost(this);
        }
    }

    @Override
    public void refused(long pushbackMillis) {
        if (ended.compareAndSet(false, true)) {
            slot.refused(this, pushbackMillis);
        }
    }
}
