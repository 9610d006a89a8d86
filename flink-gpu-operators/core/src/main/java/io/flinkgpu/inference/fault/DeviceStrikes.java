package io.flinkgpu.inference.fault;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.flink.annotation.Internal;

/**
 * Which devices of a process are blocked for what failed on them.
 *
 * <p>A fatal error blocks a device at once, other errors do when enough of them come within the
 * window. Each further block of a device is twice as long as the one before. Never are more than a
 * share of the devices blocked: a device that would exceed it is spared, and its strikes stay. Not
 * thread-safe.
 */
@Internal
public final class DeviceStrikes {

    /**
     * When and for how long devices are blocked.
     *
     * @param strikes errors within the window that block a device
     * @param firstBlock length of a device's first block
     * @param firstFatalBlock the same after a fatal error
     * @param maxBlock to which blocks grow
     * @param maxBlockedShare of all devices, 0 to 1
     */
    public record Rules(
            int strikes,
            Duration window,
            Duration firstBlock,
            Duration firstFatalBlock,
            Duration maxBlock,
            double maxBlockedShare) {

        /** Three errors in 10 min block for 10 min, a fatal one for 30 min, at most for a day. */
        public static Rules defaults() {
            return new Rules(
                    3,
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(30),
                    Duration.ofHours(24),
                    0.5);
        }
    }

    /** What an error led to. */
    public enum Verdict {
        /** The device goes on; the error is remembered. */
        NOTED,
        /** The device is blocked from here on. */
        BLOCKED,
        /** The device ought to be blocked, but too many others are. */
        SPARED
    }

    /**
     * A device that is not to be used.
     *
     * @param cause class of the error that led to it
     * @param untilNanos when it ends, by the clock of the strikes
     */
    public record Block(String device, ErrorClass cause, Duration length, long untilNanos) {}

    private static final int MAX_DOUBLINGS = 20;

    private final Rules rules;
    private final LongSupplier nanoClock;
    private final Map<String, ArrayDeque<Long>> strikes = new HashMap<>();
    private final Map<String, Integer> timesBlocked = new HashMap<>();
    private final Map<String, Block> blocks = new HashMap<>();

    /** No strikes yet. */
    public DeviceStrikes(Rules rules, LongSupplier nanoClock) {
        this.rules = rules;
        this.nanoClock = nanoClock;
    }

    /**
     * Counts an error of a device.
     *
     * @param devices how many the process has, blocked ones included
     */
    public Verdict strike(String device, ErrorClass cause, int devices) {
        if (isBlocked(device) || !cause.isOfDevice()) {
            return Verdict.NOTED;
        }
        if (countRecent(device) < rules.strikes() && cause != ErrorClass.FATAL_DEVICE) {
            return Verdict.NOTED;
        }
        if (blocks().size() + 1 > rules.maxBlockedShare() * devices) {
            return Verdict.SPARED;
        }
        block(device, cause, lengthOfNext(device, cause));
        return Verdict.BLOCKED;
    }

    /** Blocks a device in any case, as people may ask for. */
    public void block(String device, ErrorClass cause, Duration length) {
        timesBlocked.merge(device, 1, Integer::sum);
        strikes.remove(device);
        long until = nanoClock.getAsLong() + length.toNanos();
        blocks.put(device, new Block(device, cause, length, until));
    }

    /** Ends a device's block and forgets what was before it; true if there was one. */
    public boolean unblock(String device) {
        boolean wasBlocked = isBlocked(device);
        blocks.remove(device);
        strikes.remove(device);
        timesBlocked.remove(device);
        return wasBlocked;
    }

    /** Whether a device is not to be used at the moment. */
    public boolean isBlocked(String device) {
        forgetEnded();
        return blocks.containsKey(device);
    }

    /** All blocks that last, in no order. */
    public List<Block> blocks() {
        forgetEnded();
        return List.copyOf(blocks.values());
    }

    private int countRecent(String device) {
        ArrayDeque<Long> recent = strikes.computeIfAbsent(device, key -> new ArrayDeque<>());
        long now = nanoClock.getAsLong();
        recent.addLast(now);
        while (now - recent.peekFirst() > rules.window().toNanos()) {
            recent.removeFirst();
        }
        return recent.size();
    }

    private Duration lengthOfNext(String device, ErrorClass cause) {
        Duration first =
                cause == ErrorClass.FATAL_DEVICE ? rules.firstFatalBlock() : rules.firstBlock();
        int doublings = Math.min(MAX_DOUBLINGS, timesBlocked.getOrDefault(device, 0));
        Duration doubled = first.multipliedBy(1L << doublings);
        return doubled.compareTo(rules.maxBlock()) < 0 ? doubled : rules.maxBlock();
    }

    private void forgetEnded() {
        long now = nanoClock.getAsLong();
        blocks.values().removeIf(block -> block.untilNanos() - now <= 0);
    }
}
