package io.flinkgpu.inference.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The runs of one loaded model: which are going on, and when one last ended well. Thread-safe. */
final class RunLog {

    private final List<Run> running = new ArrayList<>();
    private long lastSuccess;
    private boolean anySuccess;

    /** A run that was started; compared by identity. */
    static final class Run {
        private final int rows;
        private final long startNanos;

        private Run(int rows, long startNanos) {
            this.rows = rows;
            this.startNanos = startNanos;
        }
    }

    synchronized Run started(int rows, long nanoTime) {
        Run run = new Run(rows, nanoTime);
        running.add(run);
        return run;
    }

    synchronized void succeeded(Run run, long nanoTime) {
        running.remove(run);
        lastSuccess = nanoTime;
        anySuccess = true;
    }

    synchronized void failed(Run run) {
        running.remove(run);
    }

    synchronized ModelActivity activity(int waitingRows, long now) {
        long oldest = 0;
        int rows = 0;
        for (Run run : running) {
            oldest = Math.max(oldest, now - run.startNanos);
            rows += run.rows;
        }
        return new ModelActivity(
                waitingRows,
                rows,
                Duration.ofNanos(oldest),
                anySuccess ? Duration.ofNanos(now - lastSuccess) : Duration.ZERO);
    }
}
