package io.flinkgpu.inference.line;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.executiongraph.ExecutionGraphID;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.jobgraph.tasks.TaskOperatorEventGateway;
import org.apache.flink.runtime.messages.Acknowledge;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator.SubtaskGateway;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.scheduler.strategy.ExecutionVertexID;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.apache.flink.util.InstantiationUtil;
import org.apache.flink.util.SerializedValue;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * A subtask with a line, which may be paused as a process is: its clock goes on, and it does
 * nothing.
 *
 * <p>What it asks and what is answered is serialised, and an answer is late after 10 s. An operator
 * event in either direction is an {@link AssertionError}. One thread.
 */
public final class TestingSubtask implements TaskOperatorEventGateway, SubtaskGateway {

    private static final long TIMEOUT_MILLIS = 10_000;
    private static final ExecutionGraphID GRAPH = new ExecutionGraphID();
    private static final JobVertexID VERTEX = new JobVertexID();

    private final ExecutionAttemptID attempt;
    private final Function<CoordinationRequest, CompletableFuture<CoordinationResponse>>
            coordinator;
    private final TestProcessingTimeService timers = new TestProcessingTimeService();
    private final Queue<ThrowingRunnable<? extends Exception>> mails = new ArrayDeque<>();
    private final List<OperatorEvent> heard = new ArrayList<>();
    private final CoordinatorLine line;
    private int undelivered;
    private int answers;
    private boolean paused;

    public TestingSubtask(
            int subtask,
            int attemptNumber,
            Function<CoordinationRequest, CompletableFuture<CoordinationResponse>> coordinator) {
        this.attempt =
                new ExecutionAttemptID(
                        GRAPH, new ExecutionVertexID(VERTEX, subtask), attemptNumber);
        this.coordinator = coordinator;
        this.line =
                new CoordinatorLine(
                        new CoordinatorLine.Subtask(
                                attempt,
                                new OperatorID(),
                                this,
                                new Mailbox(),
                                timers,
                                Duration.ofSeconds(4)),
                        heard::add);
    }

    public CoordinatorLine line() {
        return line;
    }

    /** Starts to listen, and does what is to be done. */
    public TestingSubtask listen() {
        line.listen();
        return run();
    }

    /** All that was heard, the oldest first. */
    public List<OperatorEvent> heard() {
        run();
        return List.copyOf(heard);
    }

    /** Does what is to be done, unless it is paused. */
    public TestingSubtask run() {
        while (!paused && !mails.isEmpty()) {
            try {
                mails.remove().run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
        return this;
    }

    void pause() {
        paused = true;
    }

    /** Finds its questions late first, and then what came meanwhile. */
    void resume(Duration after) {
        paused = false;
        advance(after);
    }

    /** Lets time pass; a paused process does not notice. */
    void advance(Duration time) {
        if (!paused) {
            try {
                timers.advance(time.toMillis());
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            run();
        }
    }

    /** Answers that are on their way. */
    int undelivered() {
        return undelivered;
    }

    /** Answers to questions for news that have arrived in time. */
    int answers() {
        return answers;
    }

    @Override
    public void sendOperatorEventToCoordinator(
            OperatorID operator, SerializedValue<OperatorEvent> event) {
        throw new AssertionError("An event that fails the task if it is lost: " + event);
    }

    @Override
    public CompletableFuture<Acknowledge> sendEvent(OperatorEvent event) {
        throw new AssertionError("An event that fails the task if it is lost: " + event);
    }

    @Override
    public CompletableFuture<CoordinationResponse> sendRequestToCoordinator(
            OperatorID operator, SerializedValue<CoordinationRequest> request) {
        CompletableFuture<CoordinationResponse> result = new CompletableFuture<>();
        ScheduledFuture<?> unused =
                timers.registerTimer(
                        timers.getCurrentProcessingTime() + TIMEOUT_MILLIS,
                        time -> result.completeExceptionally(new TimeoutException("too late")));
        CoordinationRequest copy = read(request);
        CompletableFuture<?> unusedAnswer =
                coordinator
                        .apply(copy)
                        .whenComplete(
                                (answer, failure) -> {
                                    undelivered++;
                                    mails.add(() -> deliver(result, answer, failure));
                                });
        return result;
    }

    @Override
    public ExecutionAttemptID getExecution() {
        return attempt;
    }

    @Override
    public int getSubtask() {
        return attempt.getSubtaskIndex();
    }

    private void deliver(
            CompletableFuture<CoordinationResponse> result,
            CoordinationResponse answer,
            Throwable failure)
            throws Exception {
        undelivered--;
        if (failure != null) {
            result.completeExceptionally(failure);
        } else if (result.complete(InstantiationUtil.clone(answer))) {
            answers++;
        }
    }

    private static CoordinationRequest read(SerializedValue<CoordinationRequest> request) {
        try {
            return request.deserializeValue(TestingSubtask.class.getClassLoader());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private final class Mailbox implements MailboxExecutor {

        @Override
        public void execute(
                MailOptions options,
                ThrowingRunnable<? extends Exception> mail,
                String description,
                Object... arguments) {
            mails.add(mail);
        }

        @Override
        public void yield() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean tryYield() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean shouldInterrupt() {
            return false;
        }
    }
}
