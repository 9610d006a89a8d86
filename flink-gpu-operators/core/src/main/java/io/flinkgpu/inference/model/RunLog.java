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
        private final List<InferenceRequest> requests;
        private final int rows;
        private final long startNanos;

        private Run(List<InferenceRequest> requests, long startNanos) {
            this.requests = requests;
            this.rows = requests.stream().mapToInt(InferenceRequest::rows).sum();
            this.startNanos = startNanos;
        }

        int rows() {
            return rows;
        }
    }

    synchronized Run started(List<InferenceRequest> requests, long nanoTime) {
        Run run = new Run(requests, nanoTime);
        running.add(run);
        return run;
    }

    /** The requests of all runs that go on. */
    synchronized List<InferenceRequest> runningRequests() {
        return running.stream().flatMap(run -> run.requests.stream()).toList();
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
