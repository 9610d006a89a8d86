package io.flinkgpu.inference.line;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.configuration.RpcOptions;
import org.apache.flink.runtime.execution.Environment;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.jobgraph.tasks.TaskOperatorEventGateway;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.operators.coordination.OperatorEventGateway;
import org.apache.flink.runtime.operators.coordination.OperatorEventHandler;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.util.SerializedValue;
import org.apache.flink.util.function.ThrowingRunnable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subtask's end of the line to its coordinator.
 *
 * <p>Touches {@link TaskOperatorEventGateway#sendRequestToCoordinator} of Flink 2.3; the block
 * comment in {@link SubtaskLines} says why, and how the two ends talk. What is reported arrives in
 * order, and once, as long as the subtask lives. Nothing here fails the task: a coordinator that
 * does not answer is asked again. Events may be sent by any thread; the rest is the task's
 * thread's.
 */
@Internal
public final class CoordinatorLine implements OperatorEventGateway, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorLine.class);

    private static final Duration MOST_PATIENCE = Duration.ofSeconds(4);
    private static final long PAUSE_MILLIS = 1000;

    /** Enough for a job master that is away for minutes. */
    private static final int MOST_UNTOLD = 1000;

    private final Subtask subtask;
    private final OperatorEventHandler handler;

    // Guarded by this line.
    private final ArrayDeque<OperatorEvent> untold = new ArrayDeque<>();
    private long firstUntold = 1;
    private boolean reporting;

    private long heard;
    private boolean answered = true;
    private volatile boolean closed;

    /**
     * Who is on the line.
     *
     * @param patience how long an answer may be held back, well below the time-out of an RPC
     */
    record Subtask(
            ExecutionAttemptID attempt,
            OperatorID operator,
            TaskOperatorEventGateway gateway,
            MailboxExecutor mailbox,
            ProcessingTimeService timers,
            Duration patience) {}

    /**
     * The line of a subtask; reports at once, and listens when it is told to.
     *
     * @param handler acts upon news, in the task's thread
     */
    public static CoordinatorLine of(
            StreamOperatorParameters<?> parameters, OperatorEventHandler handler) {
        Environment environment = parameters.getContainingTask().getEnvironment();
        Duration timeout =
                environment
                        .getTaskManagerInfo()
                        .getConfiguration()
                        .get(RpcOptions.ASK_TIMEOUT_DURATION);
        Duration half = timeout.dividedBy(2);
        return new CoordinatorLine(
                new Subtask(
                        environment.getExecutionId(),
                        parameters.getStreamConfig().getOperatorID(),
                        environment.getOperatorCoordinatorEventGateway(),
                        parameters.getMailboxExecutor(),
                        parameters.getProcessingTimeService(),
                        half.compareTo(MOST_PATIENCE) < 0 ? half : MOST_PATIENCE),
                handler);
    }

    CoordinatorLine(Subtask subtask, OperatorEventHandler handler) {
        this.subtask = subtask;
        this.handler = handler;
    }

    /** Asks for news from here on until the line is closed. */
    public void listen() {
        if (closed) {
            return;
        }
        CompletableFuture<?> unused =
                ask(new LineRequest.Listen(subtask.attempt(), subtask.patience(), heard))
                        .whenComplete((answer, failure) -> inTask(() -> heard(answer, failure)));
    }

    /** Any thread. Of more than 1,000 events that the coordinator has not taken the oldest go. */
    @Override
    public void sendEventToCoordinator(OperatorEvent event) {
        synchronized (this) {
            untold.addLast(event);
            if (untold.size() > MOST_UNTOLD) {
                LOG.warn("The coordinator answers nobody; it will not hear of {}.", untold.poll());
                firstUntold++;
            }
        }
        report();
    }

    /** Listens no more; what was reported before is still sent, but not repeated. */
    @Override
    public void close() {
        closed = true;
    }

    private void heard(@Nullable LineAnswer answer, @Nullable Throwable failure) throws Exception {
        if (closed) {
            return;
        }
        noteAnswered(failure);
        if (answer == null) {
            later(this::listen);
            return;
        }
        heard = Math.max(heard, answer.number());
        for (OperatorEvent event : answer.events()) {
            handler.handleOperatorEvent(event);
        }
        listen();
    }

    private void report() {
        LineRequest.Report request;
        synchronized (this) {
            if (reporting || untold.isEmpty()) {
                return;
            }
            reporting = true;
            request =
                    new LineRequest.Report(
                            subtask.attempt(),
                            subtask.patience(),
                            firstUntold,
                            List.copyOf(untold));
        }
        CompletableFuture<?> unused =
                ask(request).whenComplete((answer, failure) -> reported(request, failure));
    }

    private void reported(LineRequest.Report request, @Nullable Throwable failure) {
        synchronized (this) {
            reporting = false;
            long next = request.first() + request.events().size();
            while (failure == null && firstUntold < next) {
                untold.poll();
                firstUntold++;
            }
        }
        if (failure == null) {
            report();
        } else {
            inTask(
                    () -> {
                        if (!closed) {
                            later(this::report);
                        }
                    });
        }
    }

    private CompletableFuture<LineAnswer> ask(CoordinationRequest request) {
        try {
            return subtask.gateway()
                    .sendRequestToCoordinator(subtask.operator(), new SerializedValue<>(request))
                    .thenApply(LineAnswer::from);
        } catch (IOException | RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private void noteAnswered(@Nullable Throwable failure) {
        if (failure != null && answered) {
            LOG.info(
                    "The coordinator of {} does not answer and is asked again: {}",
                    subtask.attempt(),
                    failure.toString());
        }
        answered = failure == null;
    }

    private void later(Runnable work) {
        ProcessingTimeService timers = subtask.timers();
        ScheduledFuture<?> unused =
                timers.registerTimer(
                        timers.getCurrentProcessingTime() + PAUSE_MILLIS, time -> work.run());
    }

    /** Any thread. */
    private void inTask(ThrowingRunnable<Exception> work) {
        try {
            subtask.mailbox().execute(work, "hear from the coordinator");
        } catch (RejectedExecutionException taskIsOver) {
            LOG.debug("The task ended before it heard from its coordinator.");
        }
    }
}
