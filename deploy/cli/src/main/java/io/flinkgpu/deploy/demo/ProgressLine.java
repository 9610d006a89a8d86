package io.flinkgpu.deploy.demo;

import io.flinkgpu.deploy.observe.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/**
 * Prints progress: one line that is drawn again on a terminal, a line each time elsewhere.
 *
 * <p>Not thread-safe.
 */
final class ProgressLine {

    /** Returns to the line's start and clears it (ECMA-48: CR, then EL). */
    private static final String REDRAW = "\r\033[K";

    private final PrintWriter out;
    private final boolean onTerminal;
    private final int maxBatchSize;
    private Progress previous;

    ProgressLine(PrintWriter out, boolean onTerminal, int maxBatchSize) {
        this.out = out;
        this.onTerminal = onTerminal;
        this.maxBatchSize = maxBatchSize;
    }

    /** Whether the last line is old enough for another one. */
    boolean isDue(Progress progress) {
        Duration last = previous == null ? Duration.ZERO : previous.elapsed();
        Duration interval = onTerminal ? Duration.ofMillis(500) : Duration.ofSeconds(2);
        return progress.elapsed().minus(last).compareTo(interval) >= 0;
    }

    /**
     * Shows the job's progress.
     *
     * @param pool a phrase about the pool; empty where there is none
     */
    void show(Progress progress, String pool) {
        String text = text(progress) + (pool.isEmpty() ? "" : "  " + pool);
        if (onTerminal) {
            out.print(REDRAW + text);
        } else {
            out.println(text);
        }
        out.flush();
        previous = progress;
    }

    /** Prints a line that stays. */
    void say(String text) {
        out.println(onTerminal ? REDRAW + text : text);
        out.flush();
    }

    /** Leaves the terminal's cursor on an empty line. */
    void end() {
        if (onTerminal) {
            out.print(REDRAW);
            out.flush();
        }
    }

    private String text(Progress progress) {
        String time = format("%5.1f s  ", progress.elapsed().toMillis() / 1000.0);
        if (progress.rowsRead() == 0) {
            return time + progress.status().name().toLowerCase(Locale.ROOT);
        }
        double rate = previous == null ? 0 : progress.rowsPerSecondSince(previous);
        return time
                + format("rows %,d (%,.0f/s)", progress.rowsDone(), rate)
                + format(
                        "  batch %.1f (%.0f %% full)",
                        progress.meanBatchSize(), 100 * progress.meanBatchSize() / maxBatchSize)
                + format("  in flight %,d", progress.inFlight())
                + format("  checkpoints %d", progress.checkpoints())
                + (progress.lastCheckpointMillis().isPresent()
                        ? format(" (last %d ms)", progress.lastCheckpointMillis().getAsLong())
                        : "");
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
