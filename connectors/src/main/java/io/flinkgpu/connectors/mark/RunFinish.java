package io.flinkgpu.connectors.mark;

import java.io.IOException;
import java.time.Duration;
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
 * when it is created.
 *
 * <p>Called by the job manager in its main thread: it waits for a file system for a bounded time
 * only, and never throws. A run whose mark cannot be written is one that has not come to its end,
 * which the next run says.
 */
final class RunFinish implements JobStatusHook {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(RunFinish.class);

    /** Well below the job manager's heartbeat timeout. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RunMark mark;
    @Nullable private final String restoredFrom;

    /**
     * @param restoredFrom the checkpoint or savepoint that the job goes on from; null: none
     */
    RunFinish(RunMark mark, @Nullable String restoredFrom) {
        this.mark = mark;
        this.restoredFrom = restoredFrom;
    }

    @Override
    public void onCreated(JobID job) {
        if (restoredFrom != null) {
            within(PATIENCE, () -> takeOver(RestoredRun.at(restoredFrom), job.toHexString()));
        }
    }

    @Override
    public void onFinished(JobID job) {
        within(PATIENCE, () -> leave(job.toHexString()));
    }

    private void takeOver(RestoredRun run, String job) throws IOException {
        if (!run.hasEnded()) {
            return;
        }
        RunMarks marks = mark.marks();
        for (RunMarks.End end : marks.ended()) {
            // A run that is resumed by hand has a token of its own, which nobody has seen.
            if (end.token().equals(mark.token()) || run.isOf(end.job())) {
                marks.end(end.token(), job);
            }
        }
    }

    /** A job that was stopped with a savepoint has finished, too, but its input has not ended. */
    private void leave(String job) throws IOException {
        RunMarks marks = mark.marks();
        for (RunMarks.End end : marks.ended()) {
            if (end.job().equals(job)) {
                marks.finish(end.token(), job);
            }
        }
    }

    private void within(Duration time, RunnableWithException action) {
        try {
            Thread writer = new Thread(() -> tryTo(action), "run-mark");
            writer.setDaemon(true);
            writer.start();
            writer.join(time.toMillis());
            if (writer.isAlive()) {
                LOG.warn(
                        "The mark of run {} is not written after {}. Until it is, later runs take this one for unfinished.",
                        mark,
                        time);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (Throwable failure) {
            // INVARIANT: what is thrown here ends the job manager.
            LOG.error("Cannot leave the mark of run {}.", mark, failure);
        }
    }

    private void tryTo(RunnableWithException action) {
        try {
            action.run();
        } catch (Throwable failure) {
            LOG.error(
                    "Cannot leave the mark of run {}. Later runs take it for unfinished.",
                    mark,
                    failure);
        }
    }

    @Override
    public void onFailed(JobID job, Throwable cause) {}

    @Override
    public void onCanceled(JobID job) {}
}
