package io.flinkgpu.state.ledger;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves entries from the queue to the ledger, and tries again where the ledger is away.
 *
 * <p>The ledger is opened with the first entry. An entry that comes after a rest is written some
 * moments later, together with those that follow it: a completed checkpoint and the progress of all
 * stages are one transaction, which is synced to the disk once. Entries that the database refuses
 * for what they are are given up one by one, the others with them are written. One thread.
 */
final class LedgerDrain implements AutoCloseable {

    /** There is nothing to do until there are more entries. */
    static final Duration IDLE = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(LedgerDrain.class);
    private static final int MAX_BATCH = 500;
    private static final Duration COMPANY = Duration.ofMillis(50);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final int MAX_DOUBLINGS = 20;
    private static final int CHECKPOINTS_BETWEEN_FORGETTING = 100;

    private final EntryQueue queue;
    private final LedgerConfig config;
    private final Opener opener;
    private final LongSupplier nanoClock;
    private final InstantSource clock;
    @Nullable private RunLedger ledger;
    private int failures;
    private long downSinceNanos;
    private long pausedSinceNanos;
    private Duration pause = Duration.ZERO;
    private boolean resting;
    private boolean refusalLogged;
    private int checkpointsSinceForgetting;

    /** Opens the ledger. */
    @FunctionalInterface
    interface Opener {
        RunLedger open() throws LedgerException;
    }

    /**
     * Opens nothing yet.
     *
     * @param nanoClock such as {@link System#nanoTime()}
     */
    LedgerDrain(
            EntryQueue queue,
            LedgerConfig config,
            Opener opener,
            LongSupplier nanoClock,
            InstantSource clock) {
        this.queue = queue;
        this.config = config;
        this.opener = opener;
        this.nanoClock = nanoClock;
        this.clock = clock;
    }

    /**
     * Writes some entries, if it is time to.
     *
     * @return when to come again: at once, after a pause, or when there are more entries, {@link
     *     #IDLE}
     */
    Duration step() {
        if (queue.isEmpty()) {
            resting = true;
            return IDLE;
        }
        if (resting) {
            resting = false;
            pauseFor(COMPANY);
        }
        Duration left = pause.minusNanos(nanoClock.getAsLong() - pausedSinceNanos);
        if (!left.isNegative() && !left.isZero()) {
            return left;
        }
        List<LedgerEntry> batch = queue.take(MAX_BATCH);
        try {
            write(batch);
        } catch (LedgerException | RuntimeException failure) {
            queue.giveBack();
            noteDown(failure);
            return pause;
        }
        queue.written();
        noteUp();
        forgetSometimes(batch);
        return Duration.ZERO;
    }

    @Override
    public void close() {
        if (ledger != null) {
            ledger.close();
        }
    }

    private void write(List<LedgerEntry> batch) throws LedgerException {
        if (ledger == null) {
            ledger = opener.open();
        }
        try {
            ledger.record(batch);
        } catch (LedgerException failure) {
            if (failure.isRetryable()) {
                throw failure;
            }
            writeEach(batch);
        }
    }

    private void writeEach(List<LedgerEntry> batch) throws LedgerException {
        for (LedgerEntry entry : batch) {
            try {
                ledger.record(List.of(entry));
            } catch (LedgerException failure) {
                if (failure.isRetryable()) {
                    throw failure;
                }
                queue.refused(entry);
                noteRefusal(entry, failure);
            }
        }
    }

    /** That too much is kept for a while does no harm. */
    private void forgetSometimes(List<LedgerEntry> batch) {
        String run = null;
        for (LedgerEntry entry : batch) {
            if (entry instanceof LedgerEntry.CheckpointCompleted) {
                checkpointsSinceForgetting++;
            }
            if (entry instanceof LedgerEntry.RunBegun
                    || checkpointsSinceForgetting >= CHECKPOINTS_BETWEEN_FORGETTING) {
                run = entry.run();
                checkpointsSinceForgetting = 0;
            }
        }
        if (run == null) {
            return;
        }
        try {
            ledger.forget(clock.instant(), run);
        } catch (LedgerException | RuntimeException failure) {
            LOG.debug("Nothing was forgotten.", failure);
        }
    }

    private void noteDown(Exception failure) {
        long now = nanoClock.getAsLong();
        if (failures == 0) {
            downSinceNanos = now;
            LOG.warn(
                    "{}. Entries wait in memory and are tried again; the job goes on.",
                    failure.getMessage(),
                    failure instanceof LedgerException ? null : failure);
        }
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, MAX_DOUBLINGS));
        Duration longest = config.writing().maxPause();
        pauseFor(doubled.compareTo(longest) < 0 ? doubled : longest);
        failures++;
    }

    private void pauseFor(Duration time) {
        pause = time;
        pausedSinceNanos = nanoClock.getAsLong();
    }

    private void noteUp() {
        if (failures > 0) {
            LOG.info(
                    "The {} takes entries again after {}; {} entries were dropped until now.",
                    config,
                    Duration.ofNanos(nanoClock.getAsLong() - downSinceNanos),
                    queue.dropped());
        }
        failures = 0;
        pause = Duration.ZERO;
    }

    private void noteRefusal(LedgerEntry entry, LedgerException failure) {
        if (!refusalLogged) {
            refusalLogged = true;
            LOG.warn(
                    "{}. An entry of kind {} is dropped, as others will be that are refused.",
                    failure.getMessage(),
                    entry.getClass().getSimpleName());
        }
    }
}
