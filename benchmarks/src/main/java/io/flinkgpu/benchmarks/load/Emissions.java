package io.flinkgpu.benchmarks.load;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.flink.annotation.Internal;

/**
 * When the committed rows of a run left inference, in wall clock milliseconds.
 *
 * <p>A row that was emitted, rolled back with a failure and emitted again counts with its last
 * emission alone: the gap of a restart includes the work that is done twice. Immutable.
 */
@Internal
public final class Emissions {

    private final long[] sortedMillis;

    private Emissions(long[] sortedMillis) {
        this.sortedMillis = sortedMillis;
    }

    /** Emissions at these epoch milliseconds, in any order. */
    static Emissions at(LongStream millis) {
        return new Emissions(millis.sorted().toArray());
    }

    /** How many there are. */
    public int count() {
        return sortedMillis.length;
    }

    /** The first of all; empty if there is none. */
    public Optional<Instant> first() {
        return instant(0);
    }

    /** The last of all; empty if there is none. */
    public Optional<Instant> last() {
        return instant(sortedMillis.length - 1);
    }

    /**
     * The longest time without an emission inside a window. The window's edges end a gap as an
     * emission does: without any emission the gap is the whole window.
     *
     * @throws IllegalArgumentException if the window ends before it starts
     */
    public Duration longestGap(Instant from, Instant to) {
        requireWindow(from, to, 0);
        long end = to.toEpochMilli();
        long previous = from.toEpochMilli();
        long longest = 0;
        for (int i = indexAtOrAfter(previous); i < count() && sortedMillis[i] <= end; i++) {
            longest = Math.max(longest, sortedMillis[i] - previous);
            previous = sortedMillis[i];
        }
        return Duration.ofMillis(Math.max(longest, end - previous));
    }

    /**
     * Emissions per second in {@code [from, to)}.
     *
     * @throws IllegalArgumentException if the window is shorter than a millisecond
     */
    public double rowsPerSecond(Instant from, Instant to) {
        requireWindow(from, to, 1);
        long start = from.toEpochMilli();
        long end = to.toEpochMilli();
        return 1000.0 * (indexAtOrAfter(end) - indexAtOrAfter(start)) / (end - start);
    }

    /** The time from an instant to the first emission not before it; empty if none follows. */
    public Optional<Duration> untilFirstAfter(Instant instant) {
        long start = instant.toEpochMilli();
        int index = indexAtOrAfter(start);
        return index == count()
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(sortedMillis[index] - start));
    }

    private Optional<Instant> instant(int index) {
        return count() == 0
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(sortedMillis[index]));
    }

    private int indexAtOrAfter(long millis) {
        int index = Arrays.binarySearch(sortedMillis, millis);
        if (index < 0) {
            return -index - 1;
        }
        while (index > 0 && sortedMillis[index - 1] == millis) {
            index--;
        }
        return index;
    }

    private static void requireWindow(Instant from, Instant to, long minMillis) {
        if (to.toEpochMilli() - from.toEpochMilli() < minMillis) {
            throw new IllegalArgumentException(
                    "Invalid window: %s to %s. It must last at least %d ms."
                            .formatted(from, to, minMillis));
        }
    }
}
