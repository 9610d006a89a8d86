package io.flinkgpu.deploy.run;

import io.flinkgpu.deploy.cluster.ExitHook;
import io.flinkgpu.deploy.rest.FlinkRestException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobExecutionResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the end of a run, and looks at it on the way.
 *
 * <p>Interrupted or ended by a signal, it cancels the run. One thread.
 */
@Internal
public final class AttendedRun {

    private static final Logger LOG = LoggerFactory.getLogger(AttendedRun.class);

    private final JobRun job;

    /** Attends a run that has been submitted. */
    public AttendedRun(JobRun job) {
        this.job = job;
    }

    /** Looks at a run and says what there is to say. */
    @FunctionalInterface
    public interface Look {
        /**
         * Looks once; a look that gets no answer is left out, since the run's result will tell
         * whether it lives.
         */
        void look() throws InterruptedException;
    }

    /**
     * Blocks until the run ends.
     *
     * @param interval between two looks
     * @throws IllegalStateException if the run fails or is cancelled; says why
     */
    public JobExecutionResult await(Duration interval, Look look) throws InterruptedException {
        try (ExitHook cancelOnExit = ExitHook.open("cancel-job", this::cancel)) {
            return awaitEnd(interval, look);
        }
    }

    private JobExecutionResult awaitEnd(Duration interval, Look look) throws InterruptedException {
        CompletableFuture<JobExecutionResult> end = job.result();
        try {
            while (true) {
                try {
                    return end.get(interval.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException running) {
                    look(look);
                }
            }
        } catch (InterruptedException interrupted) {
            cancel();
            throw interrupted;
        } catch (ExecutionException failure) {
            throw new IllegalStateException(
                    "Cannot finish job %s: %s".formatted(job.id(), JobFailure.reason(failure)),
                    failure);
        }
    }

    /** Looks once; a look that gets no answer is left out. */
    public void look(Look look) throws InterruptedException {
        try {
            look.look();
        } catch (FlinkRestException e) {
            LOG.warn("Cannot read the progress of job {}.", job.id(), e);
        }
    }

    /** Waits until Flink has taken the request, for this process may be about to end. */
    private void cancel() {
        try {
            job.requestCancel();
        } catch (FlinkRestException e) {
            LOG.warn("Cannot cancel job {}.", job.id(), e);
        }
    }
}
