package io.flinkgpu.connectors.mark;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.execution.JobStatusHook;
import org.apache.flink.util.function.RunnableWithException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves the mark of a run when its job has finished, which is after the last commit of every sink.
 *
 * <p>The job that has written the end of the run's input is the one that finishes the run. A job
 * that goes on from a checkpoint behind that end does not write it again: it takes the end over
 * when it is created or, if that failed, when it has finished.
 *
 * <p>Called by the job manager: it waits for a file system for a bounded time only, and never
 * throws. A run whose mark cannot be written is one that has not come to its end, which the next
 * run says.
 */
final class RunFinish implements JobStatusHook {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(RunFinish.class);

    /** Well below the job manager's heartbeat timeout: a job has few marks. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RunMark mark;
    @Nullable private final RestoredRun restored;

    /**
     * @param restored the run that the job goes on with; null: none
     */
    RunFinish(RunMark mark, @Nullable RestoredRun restored) {
        this.mark = mark;
        this.restored = restored;
    }

    @Override
    public void onCreated(JobID job) {
        if (restored != null) {
            inTime("take over the end of", () -> takeOver(restored, job.toHexString()));
        }
    }

    @Override
    public void onFinished(JobID job) {
        inTime("leave the mark of", () -> leave(job.toHexString()));
    }

    private void takeOver(RestoredRun run, String job) throws IOException {
        RunMarks marks = mark.marks();
        List<RunMarks.End> ends = marks.ended();
        boolean isTaken = ends.stream().anyMatch(end -> end.job().equals(job));
        if (isTaken || !run.hasEnded()) {
            return;
        }
        for (RunMarks.End end : ends) {
            // A run that is resumed by hand may have a token of its own, which nobody has seen.
            if (end.token().equals(mark.token()) || run.isOf(end.job())) {
                marks.end(end.token(), job);
            }
        }
    }

    /** A job that was stopped with a savepoint has finished, too, but its input has not ended. */
    private void leave(String job) throws IOException {
        if (restored != null) {
            takeOver(restored, job);
        }
        RunMarks marks = mark.marks();
        for (RunMarks.End end : marks.ended()) {
            if (end.job().equals(job)) {
                marks.finish(end.token(), job);
            }
        }
    }

    private void inTime(String what, RunnableWithException action) {
        try {
            Thread writer = new Thread(() -> tryTo(what, action), "run-mark");
            writer.setDaemon(true);
            writer.start();
            writer.join(PATIENCE.toMillis());
            if (writer.isAlive()) {
                LOG.warn(
                        "It takes longer than {} to {} run {}. Until that is done, later runs take it for unfinished.",
                        PATIENCE,
                        what,
                        mark);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (Throwable failure) {
            // INVARIANT: what is thrown here ends the job manager.
            LOG.error("Cannot {} run {}.", what, mark, failure);
        }
    }

    private void tryTo(String what, RunnableWithException action) {
        try {
            action.run();
        } catch (Throwable failure) {
            LOG.error(
                    "Cannot {} run {}. Until that is done, later runs take it for unfinished.",
                    what,
                    mark,
                    failure);
        }
    }

    @Override
    public void onFailed(JobID job, Throwable cause) {}

    @Override
    public void onCanceled(JobID job) {}
}
