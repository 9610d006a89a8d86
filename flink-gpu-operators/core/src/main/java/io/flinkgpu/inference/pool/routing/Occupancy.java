package io.flinkgpu.inference.pool.routing;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The places of a replica that are taken.
 *
 * <p>Batches, rows and whether the replica is a member change together, in one word, so that the
 * limit holds and the number of full members is exact without a lock.
 */
final class Occupancy {

    private static final int ROW_BITS = 42;
    private static final long ROWS = (1L << ROW_BITS) - 1;
    private static final long ONE_BATCH = 1L << ROW_BITS;
    private static final long MEMBER = 1L << 62;

    private final AtomicLong word = new AtomicLong();
    private final int maxBatches;
    private final AtomicInteger fullMembers;

    /**
     * An occupancy without batches, of a replica that is not a member yet.
     *
     * @param fullMembers of its pool, counted up and down
     */
    Occupancy(int maxBatches, AtomicInteger fullMembers) {
        this.maxBatches = maxBatches;
        this.fullMembers = fullMembers;
    }

    boolean isFull() {
        return batches() >= maxBatches;
    }

    int batches() {
        return batches(word.get());
    }

    long rows() {
        return word.get() & ROWS;
    }

    /** Takes a place for a batch; false if all are taken. */
    boolean tryTake(int rows) {
        long before;
        do {
            before = word.get();
            if (batches(before) >= maxBatches) {
                return false;
            }
        } while (!change(before, before + ONE_BATCH + rows));
        return true;
    }

    /** More rows in a place that is taken. */
    void add(int rows) {
        long before;
        do {
            before = word.get();
        } while (!change(before, before + rows));
    }

    /** Gives the place of a batch back. */
    void giveBack(int rows) {
        long before;
        do {
            before = word.get();
        } while (!change(before, before - ONE_BATCH - rows));
    }

    boolean isMember() {
        return (word.get() & MEMBER) != 0;
    }

    /** Counts the replica among its pool's members, or no longer. */
    void setMember(boolean member) {
        long before;
        do {
            before = word.get();
        } while (!change(before, member ? before | MEMBER : before & ~MEMBER));
    }

    private boolean change(long before, long after) {
        if (!word.compareAndSet(before, after)) {
            return false;
        }
        int counted = isFullMember(after) - isFullMember(before);
        if (counted != 0) {
            fullMembers.addAndGet(counted);
        }
        return true;
    }

    private int isFullMember(long state) {
        return (state & MEMBER) != 0 && batches(state) >= maxBatches ? 1 : 0;
    }

    private static int batches(long state) {
        return (int) ((state & ~MEMBER) >>> ROW_BITS);
    }
}
