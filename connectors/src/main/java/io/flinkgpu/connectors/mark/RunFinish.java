package io.flinkgpu.connectors.mark;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.execution.JobStatusHook;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves the mark of a run when its job has finished, which is after the last commit of every sink.
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

    RunFinish(RunMark mark) {
        this.mark = mark;
    }

    @Override
    public void onFinished(JobID job) {
        try {
            Thread writer = new Thread(() -> tryLeave(job.toHexString()), "run-mark");
            writer.setDaemon(true);
            writer.start();
            writer.join(PATIENCE.toMillis());
            if (writer.isAlive()) {
                LOG.warn(
                        "The mark of run {} is not written after {}. Until it is, later runs take this one for unfinished.",
                        mark,
                        PATIENCE);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (Throwable failure) {
            // INVARIANT: what is thrown here ends the job manager.
            LOG.error("Cannot leave the mark of run {}.", mark, failure);
        }
    }

    private void tryLeave(String job) {
        try {
            leave(job);
        } catch (Throwable failure) {
            LOG.error(
                    "Cannot leave the mark of run {}. Later runs take it for unfinished.",
                    mark,
                    failure);
        }
    }

    /** A job that was stopped with a savepoint has finished, too, but its input has not ended. */
    private void leave(String job) throws IOException {
        RunMarks marks = mark.marks();
        for (Map.Entry<String, String> run : marks.ended().entrySet()) {
            // A run that was resumed by hand goes on under the token that is in its state.
            if (run.getKey().equals(mark.token()) || run.getValue().equals(job)) {
                marks.finish(run.getKey(), job);
            }
        }
    }

    @Override
    public void onCreated(JobID job) {}

    @Override
    public void onFailed(JobID job, Throwable cause) {}

    @Override
    public void onCanceled(JobID job) {}
}
