package io.flinkgpu.inference.fault;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.flink.annotation.Internal;

/**
 * When the faults of a process's devices block them, and for how long.
 *
 * <p>A fatal error blocks a device at once, other errors do when enough of them come within the
 * window. Each further block of a device is twice as long as the one before. Never are more than a
 * share of the devices blocked: a device that would exceed it is spared, and its strikes stay. Who
 * is blocked at the moment is the caller's to know. Not thread-safe.
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

    /**
     * What an error leads to.
     *
     * @param block how long the device is to be blocked; zero: it goes on
     * @param spared whether it goes on only because too many others are blocked
     */
    public record Verdict(Duration block, boolean spared) {

        private static final Verdict NOTED = new Verdict(Duration.ZERO, false);
        private static final Verdict SPARED = new Verdict(Duration.ZERO, true);

        /** The device goes on; the error may be remembered. */
        public static Verdict noted() {
            return NOTED;
        }

        /** Whether the device is to be blocked. */
        public boolean blocks() {
            return !block.isZero();
        }
    }

    private static final int MAX_DOUBLINGS = 20;

    private final Rules rules;
    private final LongSupplier nanoClock;
    private final Map<String, ArrayDeque<Long>> strikes = new HashMap<>();
    private final Map<String, Integer> timesBlocked = new HashMap<>();

    /**
     * No strikes yet.
     *
     * @param nanoClock such as {@link System#nanoTime()}
     */
    public DeviceStrikes(Rules rules, LongSupplier nanoClock) {
        this.rules = rules;
        this.nanoClock = nanoClock;
    }

    /**
     * Counts an error of a device that is not blocked.
     *
     * @param blocked how many other devices of the process are blocked
     * @param devices how many the process has, blocked ones included
     */
    public Verdict strike(String device, ErrorClass cause, int blocked, int devices) {
        if (!cause.isOfDevice()) {
            return Verdict.NOTED;
        }
        if (countRecent(device) < rules.strikes() && cause != ErrorClass.FATAL_DEVICE) {
            return Verdict.NOTED;
        }
        if (blocked + 1 > rules.maxBlockedShare() * devices) {
            return Verdict.SPARED;
        }
        Duration length = lengthOfNext(device, cause);
        timesBlocked.merge(device, 1, Integer::sum);
        strikes.remove(device);
        return new Verdict(length, false);
    }

    /** Forgets what a device has done; its next block is as long as the first. */
    public void forgive(String device) {
        strikes.remove(device);
        timesBlocked.remove(device);
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
}
