package io.flinkgpu.inference.line;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator.SubtaskGateway;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.util.concurrent.FutureUtils;

/**
 * A coordinator's end of the lines to the subtasks of its operator.
 *
 * <p>Safe for use by many threads.
 */
@Internal
public final class SubtaskLines {

    /*
     * An operator event whose RPC times out makes Flink fail the task, be it sent by the coordinator
     * (SubtaskGatewayImpl: "An OperatorEvent ... was lost") or by the task (the error handler of
     * RpcTaskOperatorEventGateway), because Flink's own coordinators lose state with a lost event.
     * A task manager that is paused for longer than the time-out (10 s by default) would so restart
     * the job for news that may as well come late. A coordination request has no such consequence:
     * its future fails, and nobody but the asker knows. So everything is asked for by the subtask:
     *
     * - Listen: "I have acted upon news up to number n; what else is there?" The answer is held until
     *   there is more, or the asker's patience ends. A subtask asks again when it has acted upon the
     *   answer. So it has at most one answer under way, one that does not ask is told nothing, and
     *   what happens meanwhile is told in one answer: of the state the newest alone.
     * - Report: "These are my events from number m on." Repeated until answered; what was taken
     *   before is not taken again.
     *
     * News are numbered across all lines. An attempt may listen before Flink says that it runs, for
     * its operator may need the state while it opens, but hears the state alone, which does no harm
     * to a task of the past. Its reports wait until Flink names the attempt: a task manager that was
     * given up may still hold an attempt that speaks for its successor.
     */

    private final Reports reports;
    private final Function<Duration, Executor> timer;
    private final Map<ExecutionAttemptID, SubtaskLine> lines = new HashMap<>();
    @Nullable private SubtaskLine.Numbered state;
    private long lastNumber;

    /** Takes what subtasks report. */
    @FunctionalInterface
    public interface Reports {

        /**
         * As {@link
         * org.apache.flink.runtime.operators.coordination.OperatorCoordinator#handleEventFromOperator}.
         */
        void take(int subtask, int attemptNumber, OperatorEvent event) throws Exception;
    }

    /** No lines yet. */
    public SubtaskLines(Reports reports) {
        this(reports, delay -> work -> afterwards(delay, work));
    }

    /**
     * As above.
     *
     * @param timer runs what it is given after a time
     */
    SubtaskLines(Reports reports, Function<Duration, Executor> timer) {
        this.reports = reports;
        this.timer = timer;
    }

    /** An attempt runs, as Flink says: it hears everything from here on, and is heard. */
    public void connect(SubtaskGateway gateway) {
        SubtaskLine line;
        synchronized (this) {
            line = line(gateway.getExecution());
            line.isKnown = true;
        }
        line.connected.complete(null);
    }

    /** A subtask runs no more. */
    public void disconnect(int subtask) {
        synchronized (this) {
            lines.keySet().removeIf(attempt -> attempt.getSubtaskIndex() == subtask);
        }
    }

    /** Replaces the state that all subtasks are told, those included that come later. */
    public void publish(OperatorEvent newState) {
        List<SubtaskLine.Ready> ready = new ArrayList<>();
        synchronized (this) {
            state = new SubtaskLine.Numbered(++lastNumber, newState);
            lines.values().forEach(line -> ready.addAll(line.setState(state)));
        }
        ready.forEach(SubtaskLine.Ready::complete);
    }

    /** Tells the subtasks that run now something that does not replace what they were told. */
    public void tellAll(OperatorEvent event) {
        tell(subtask -> true, event);
    }

    /** Tells one subtask, if it runs, something that does not replace what it was told. */
    public void tell(int subtask, OperatorEvent event) {
        tell(index -> index == subtask, event);
    }

    /** Answers what a subtask asks; the future fails if it cannot be answered at the moment. */
    public CompletableFuture<CoordinationResponse> answer(LineRequest request) {
        return request instanceof LineRequest.Listen question
                ? listen(question).thenApply(LineAnswer::toResponse)
                : report((LineRequest.Report) request).thenApply(LineAnswer::toResponse);
    }

    /** How many subtasks run, as far as Flink has said. */
    public synchronized int size() {
        return (int) lines.values().stream().filter(line -> line.connected.isDone()).count();
    }

    /** By Flink's timer: the JDK's would keep the job's class loader for good. */
    private static void afterwards(Duration delay, Runnable work) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        CompletableFuture<Void> unused = over.thenRun(work);
        FutureUtils.completeDelayed(over, null, delay);
    }

    private void tell(Predicate<Integer> subtasks, OperatorEvent event) {
        List<SubtaskLine.Ready> ready = new ArrayList<>();
        synchronized (this) {
            SubtaskLine.Numbered news = new SubtaskLine.Numbered(++lastNumber, event);
            lines.forEach(
                    (attempt, line) -> {
                        if (line.connected.isDone() && subtasks.test(attempt.getSubtaskIndex())) {
                            ready.addAll(line.add(news));
                        }
                    });
        }
        ready.forEach(SubtaskLine.Ready::complete);
    }

    private CompletableFuture<LineAnswer> listen(LineRequest.Listen request) {
        CompletableFuture<LineAnswer> question = new CompletableFuture<>();
        List<SubtaskLine.Ready> ready;
        synchronized (this) {
            ready = line(request.attempt()).listen(request.heard(), question);
        }
        ready.forEach(SubtaskLine.Ready::complete);
        if (!question.isDone()) {
            timer.apply(request.patience()).execute(() -> hangUp(request, question));
        }
        return question;
    }

    private void hangUp(LineRequest.Listen request, CompletableFuture<LineAnswer> question) {
        List<SubtaskLine.Ready> ready = List.of();
        synchronized (this) {
            SubtaskLine line = lines.get(request.attempt());
            if (line != null) {
                ready = line.hangUp(question, request.heard());
                forgetIfUnknown(request.attempt(), line);
            }
        }
        ready.forEach(SubtaskLine.Ready::complete);
        question.complete(new LineAnswer(request.heard(), List.of()));
    }

    private CompletableFuture<LineAnswer> report(LineRequest.Report request) {
        SubtaskLine line;
        synchronized (this) {
            line = line(request.attempt());
        }
        CompletableFuture<LineAnswer> taken =
                line.connected.thenApply(connected -> take(line, request));
        if (taken.isDone()) {
            return taken;
        }
        CompletableFuture<LineAnswer> answer = taken.copy();
        timer.apply(request.patience()).execute(() -> giveUp(request, line, answer));
        return answer;
    }

    private void giveUp(
            LineRequest.Report request, SubtaskLine line, CompletableFuture<LineAnswer> answer) {
        synchronized (this) {
            if (lines.get(request.attempt()) == line && !line.isHeld()) {
                forgetIfUnknown(request.attempt(), line);
            }
        }
        answer.completeExceptionally(
                new IllegalStateException(
                        "Cannot take a report of %s: it does not run."
                                .formatted(request.attempt())));
    }

    private LineAnswer take(SubtaskLine line, LineRequest.Report report) {
        List<OperatorEvent> events;
        synchronized (this) {
            events = line.take(report);
        }
        ExecutionAttemptID attempt = report.attempt();
        for (OperatorEvent event : events) {
            try {
                reports.take(attempt.getSubtaskIndex(), attempt.getAttemptNumber(), event);
            } catch (Exception e) {
                throw new IllegalStateException("Cannot act upon a report: " + event, e);
            }
        }
        return new LineAnswer(0, List.of());
    }

    /** Caller holds the lock. */
    private SubtaskLine line(ExecutionAttemptID attempt) {
        return lines.computeIfAbsent(
                attempt,
                unknown -> {
                    SubtaskLine line = new SubtaskLine();
                    if (state != null) {
                        List<SubtaskLine.Ready> unused = line.setState(state);
                    }
                    return line;
                });
    }

    /** Caller holds the lock. */
    private void forgetIfUnknown(ExecutionAttemptID attempt, SubtaskLine line) {
        if (!line.isKnown) {
            lines.remove(attempt);
        }
    }
}
