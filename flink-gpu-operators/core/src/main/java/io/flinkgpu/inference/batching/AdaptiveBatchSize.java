package io.flinkgpu.inference.batching;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.flink.annotation.Internal;

/**
 * The most rows of a batch, which grows while larger batches make more rows a second.
 *
 * <p>It hears of the batches that are answered. Only full ones tell anything: the size stays while
 * batches leave for another reason, such as their delay. Sizes are the least one, doubled some
 * times, and the most. Not thread-safe.
 */
@Internal
public final class AdaptiveBatchSize {

    /*
     * Hill climbing, in three states:
     *
     *   MEASURING the settled size. A window of its answers is what the trial is compared with.
     *   TRYING    the next size up or down. A larger one wins if its rate is higher by the gain, a
     *             smaller one unless that of the larger one is. After a win it is settled, and the
     *             next size in the same direction is tried.
     *   RESTING   after a trial that was lost, or the last possible one, until it measures again;
     *             then the other direction is tried. It rests twice as long each time, unless the
     *             size has changed since the last rest.
     *
     * So a size stays only if it was faster, by the gain, than the size below it, whatever a
     * chance result had made of it before.
     *
     * The rate is rows over the time in which some batch waited for its answer, so that pauses of
     * the source do not count. A window leaves out what was sent before the size changed, and the
     * first answers after that: they stood in one queue with batches of the other size, and the
     * first runs of a size are slow.
     */
    private static final double GAIN = 0.05;

    private static final int SETTLING_BATCHES = 8;
    private static final int WINDOW_BATCHES = 16;
    private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long FIRST_REST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LONGEST_REST_NANOS = TimeUnit.MINUTES.toNanos(2);

    /** A batch of twice the rows may take twice as long, and a device may slow down as much. */
    private static final int ROUND_TRIPS_TO_SPARE = 4;

    private enum State {
        MEASURING,
        TRYING,
        RESTING
    }

    private final int least;
    private final int most;
    private final int highest;
    private final Duration longestRoundTrip;
    private final LongSupplier nanoClock;

    private State state = State.MEASURING;
    private int level;
    private int settledLevel;
    private int restedLevel;
    private int direction = 1;
    private double settledRate;
    private Window window = new Window();
    private long changedAt;
    private long lastAnswerAt;
    private long restUntil;
    private long restNanos = FIRST_REST_NANOS;

    /** The answers of one size. */
    private static final class Window {
        private int settling = SETTLING_BATCHES;
        private int batches;
        private long rows;
        private long nanos;
        private long slowestNanos;

        private void add(int batchRows, long busyNanos, long roundTripNanos) {
            if (settling > 0) {
                settling--;
                return;
            }
            batches++;
            rows += batchRows;
            nanos += busyNanos;
            slowestNanos = Math.max(slowestNanos, roundTripNanos);
        }

        private boolean isComplete() {
            return batches >= WINDOW_BATCHES && nanos >= WINDOW_NANOS;
        }

        private double rowsPerNano() {
            return (double) rows / nanos;
        }
    }

    /**
     * Starts with the least size.
     *
     * @param least rows, at least 1
     * @param most rows, at least {@code least}; the size stays where they are equal
     * @param longestRoundTrip after which a batch is given up: none is made larger that takes a
     *     quarter of it
     * @param nanoClock nanoseconds that only grow
     */
    public AdaptiveBatchSize(
            int least, int most, Duration longestRoundTrip, LongSupplier nanoClock) {
        if (least < 1 || most < least) {
            throw new IllegalArgumentException(
                    "Invalid batch sizes: %d to %d. They must be at least 1, the least one first."
                            .formatted(least, most));
        }
        this.least = least;
        this.most = most;
        this.highest = levelOf(least, most);
        this.longestRoundTrip = longestRoundTrip;
        this.nanoClock = nanoClock;
        this.changedAt = nanoClock.getAsLong();
        this.lastAnswerAt = changedAt;
    }

    /** The most rows of the next batch. */
    public int rows() {
        return (int) Math.min(most, (long) least << level);
    }

    /**
     * A batch has been answered.
     *
     * @param rows of the batch
     * @param roundTripNanos from its sending to its answer
     */
    public void answered(int rows, long roundTripNanos) {
        long now = nanoClock.getAsLong();
        // What passed since the last answer without a batch under way was nobody's work.
        long busyNanos = Math.min(roundTripNanos, now - lastAnswerAt);
        lastAnswerAt = now;
        if (highest == 0 || rests(now) || isOfAnotherSize(now, roundTripNanos)) {
            return;
        }
        if (rows < rows()) {
            leftEarly(now);
            return;
        }
        window.add(rows, busyNanos, roundTripNanos);
        if (window.isComplete()) {
            decide(now);
        }
    }

    /**
     * A batch was given up because its answer came too late, which a smaller one's may not.
     *
     * @param roundTripNanos from its sending to its end
     */
    public void timedOut(long roundTripNanos) {
        long now = nanoClock.getAsLong();
        if (level == 0 || isOfAnotherSize(now, roundTripNanos)) {
            return;
        }
        settledLevel = Math.min(settledLevel, level - 1);
        rest(now);
    }

    private boolean rests(long now) {
        if (state == State.RESTING && now - restUntil >= 0) {
            state = State.MEASURING;
        }
        return state == State.RESTING;
    }

    /** Sent before the size changed. */
    private boolean isOfAnotherSize(long now, long roundTripNanos) {
        return roundTripNanos > now - changedAt;
    }

    /** It is not the size that holds the stage up; one that cannot be filled is of no use. */
    private void leftEarly(long now) {
        if (state == State.TRYING) {
            rest(now);
        } else {
            window = new Window();
        }
    }

    private void decide(long now) {
        double rate = window.rowsPerNano();
        if (state == State.TRYING && !wins(rate)) {
            rest(now);
            return;
        }
        settledLevel = level;
        settledRate = rate;
        if (state == State.MEASURING && !leadsOn(direction)) {
            direction = -direction;
        }
        if (leadsOn(direction)) {
            state = State.TRYING;
            moveTo(level + direction, now);
        } else {
            rest(now);
        }
    }

    private boolean wins(double rate) {
        return direction > 0 ? rate >= settledRate * (1 + GAIN) : rate * (1 + GAIN) > settledRate;
    }

    private boolean leadsOn(int towards) {
        return towards > 0 ? level < highest && hasTimeToSpare() : level > 0;
    }

    private boolean hasTimeToSpare() {
        Duration needed = Duration.ofNanos(window.slowestNanos).multipliedBy(ROUND_TRIPS_TO_SPARE);
        return needed.compareTo(longestRoundTrip) <= 0;
    }

    private void rest(long now) {
        boolean moved = settledLevel != restedLevel;
        restNanos = moved ? FIRST_REST_NANOS : restNanos;
        restUntil = now + restNanos;
        restNanos = Math.min(LONGEST_REST_NANOS, 2 * restNanos);
        restedLevel = settledLevel;
        direction = -direction;
        state = State.RESTING;
        moveTo(settledLevel, now);
    }

    private void moveTo(int newLevel, long now) {
        if (newLevel != level) {
            level = newLevel;
            changedAt = now;
        }
        window = new Window();
    }

    /** How often the least size is doubled until it is the most. */
    private static int levelOf(int least, int most) {
        int doublings = 0;
        while ((long) least << doublings < most) {
            doublings++;
        }
        return doublings;
    }
}
