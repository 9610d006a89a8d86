package io.flinkgpu.inference.line;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * The coordinator's end of the line to one attempt of a subtask: what it has not heard yet.
 *
 * <p>Guarded by the lock of {@link SubtaskLines}, which completes what is answered here after it
 * has let the lock go.
 */
final class SubtaskLine {

    /** Completes when Flink says that the attempt runs. */
    final CompletableFuture<Void> connected = new CompletableFuture<>();

    /** Whether Flink has said that the attempt runs; under the lock of the lines. */
    boolean isKnown;

    private final Set<Numbered> untold = new LinkedHashSet<>();
    @Nullable private Numbered untoldState;
    @Nullable private CompletableFuture<LineAnswer> held;
    private long lastReport;

    /** News and their place among all that a coordinator has told. */
    record Numbered(long number, OperatorEvent event) {}

    /** A question that is to be answered once the lock is free. */
    record Ready(CompletableFuture<LineAnswer> question, LineAnswer answer) {

        void complete() {
            question.complete(answer);
        }
    }

    /** Replaces the state that is still untold. */
    List<Ready> setState(Numbered state) {
        untoldState = state;
        return answerHeld();
    }

    /** Adds news that do not replace earlier ones. */
    List<Ready> add(Numbered news) {
        untold.add(news);
        return answerHeld();
    }

    /**
     * Notes what was heard, and holds the question until there is more. An earlier question is
     * given up: who asks again has.
     */
    List<Ready> listen(long heard, CompletableFuture<LineAnswer> question) {
        List<Ready> ready = new ArrayList<>();
        if (held != null) {
            ready.add(new Ready(held, new LineAnswer(heard, List.of())));
        }
        untold.removeIf(news -> news.number() <= heard);
        if (untoldState != null && untoldState.number() <= heard) {
            untoldState = null;
        }
        held = question;
        ready.addAll(answerHeld());
        return ready;
    }

    /** Answers a question that has waited long enough, unless it was answered. */
    List<Ready> hangUp(CompletableFuture<LineAnswer> question, long heard) {
        if (held != question) {
            return List.of();
        }
        held = null;
        return List.of(new Ready(question, new LineAnswer(heard, List.of())));
    }

    boolean isHeld() {
        return held != null;
    }

    /** The events of a report that were not taken before, which counts them as taken. */
    List<OperatorEvent> take(LineRequest.Report report) {
        int known = (int) Math.max(0, lastReport - report.first() + 1);
        int size = report.events().size();
        lastReport = Math.max(lastReport, report.first() + size - 1);
        return report.events().subList(Math.min(known, size), size);
    }

    private List<Ready> answerHeld() {
        if (held == null || (untold.isEmpty() && untoldState == null)) {
            return List.of();
        }
        List<Numbered> news = new ArrayList<>(untold);
        if (untoldState != null) {
            news.add(untoldState);
        }
        long last = news.stream().mapToLong(Numbered::number).max().orElseThrow();
        Ready ready =
                new Ready(held, new LineAnswer(last, news.stream().map(Numbered::event).toList()));
        held = null;
        return List.of(ready);
    }
}
