package io.flinkgpu.inference.model;

import io.flinkgpu.inference.process.Stopwatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import javax.annotation.Nullable;

/** The runs of one loaded model: which are going on, and when one last ended well. Thread-safe. */
final class RunLog {

    private final LongSupplier nanoClock;
    private final List<Run> running = new ArrayList<>();
    private final List<InferenceRequest> toRunAlone = new ArrayList<>();
    @Nullable private Stopwatch sinceSuccess;

    /**
     * No runs yet.
     *
     * @param nanoClock such as {@link System#nanoTime()}
     */
    RunLog(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** A run that was started; compared by identity. */
    static final class Run {
        private final List<InferenceRequest> requests;
        private final int rows;
        private final Stopwatch sinceStart;
        private final LongSupplier nanoClock;
        private volatile Stopwatch sincePiece;

        private Run(List<InferenceRequest> requests, LongSupplier nanoClock) {
            this.requests = requests;
            this.rows = requests.stream().mapToInt(InferenceRequest::rows).sum();
            this.nanoClock = nanoClock;
            this.sinceStart = Stopwatch.start(nanoClock);
            this.sincePiece = sinceStart;
        }

        int rows() {
            return rows;
        }

        /** Since the run was started. */
        Duration time() {
            return sinceStart.time();
        }

        /** A piece of it is handed to the model, which alone can be stuck; its thread. */
        void pieceStarts() {
            sincePiece = Stopwatch.start(nanoClock);
        }
    }

    synchronized Run started(List<InferenceRequest> requests) {
        Run run = new Run(requests, nanoClock);
        toRunAlone.removeAll(requests);
        running.add(run);
        return run;
    }

    /**
     * A run that answers no request was started, in front of one that waits for it: if it is stuck,
     * that request is no suspect.
     */
    synchronized Run startedInFrontOf(InferenceRequest request) {
        Run run = new Run(List.of(), nanoClock);
        toRunAlone.add(request);
        running.add(run);
        return run;
    }

    /** The requests of all runs that go on, and those that are to run alone after them. */
    synchronized List<InferenceRequest> unansweredRequests() {
        return Stream.concat(
                        running.stream().flatMap(run -> run.requests.stream()), toRunAlone.stream())
                .toList();
    }

    /** The requests of the runs whose piece has taken longer than that. */
    synchronized List<InferenceRequest> stuckRequests(Duration longest) {
        return running.stream()
                .filter(run -> run.sincePiece.time().compareTo(longest) > 0)
                .flatMap(run -> run.requests.stream())
                .toList();
    }

    synchronized void succeeded(Run run) {
        running.remove(run);
        sinceSuccess = Stopwatch.start(nanoClock);
    }

    synchronized void failed(Run run) {
        running.remove(run);
    }

    /** A run failed, and its requests are to run one by one. */
    synchronized void failedTogether(Run run) {
        running.remove(run);
        toRunAlone.addAll(run.requests);
    }

    /** A request that was to run alone does not. */
    synchronized void dropped(InferenceRequest request) {
        toRunAlone.remove(request);
    }

    synchronized ModelActivity activity(int waitingRows) {
        Duration oldest = Duration.ZERO;
        int rows = 0;
        for (Run run : running) {
            Duration age = run.sincePiece.time();
            oldest = age.compareTo(oldest) > 0 ? age : oldest;
            rows += run.rows;
        }
        return new ModelActivity(
                waitingRows,
                rows,
                oldest,
                sinceSuccess == null ? Duration.ZERO : sinceSuccess.time());
    }
}
