package io.flinkgpu.deploy.sql;

import io.flinkgpu.deploy.job.JobFollower;
import io.flinkgpu.deploy.run.JobSubmitter;
import java.io.PrintWriter;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.table.api.config.TableConfigOptions;
import org.apache.flink.table.client.gateway.StatementResult;

/**
 * Runs statements, and follows the jobs that they submit to their end, with a line every few
 * seconds, unless the session has {@code table.dml-sync} set to false.
 *
 * @param flink where the jobs run
 * @param out where the progress goes
 */
record StatementRunner(SqlSession session, JobSubmitter flink, PrintWriter out) {

    /**
     * Runs one. Interrupted, it cancels the statement or its job.
     *
     * @param beforeProgress called when a job is about to be followed
     * @throws IllegalStateException if its job fails or is cancelled
     */
    StatementResult run(String statement, Runnable beforeProgress) throws InterruptedException {
        StatementResult result = session.execute(statement);
        if (isFollowed(result)) {
            beforeProgress.run();
            follow(result.getJobId());
        }
        return result;
    }

    /** Whether the result is that of a job which writes tables and has come to its end. */
    boolean isFollowed(StatementResult result) {
        return result.getJobId() != null
                && !result.isQueryResult()
                && session.settings().get(TableConfigOptions.TABLE_DML_SYNC);
    }

    /**
     * Follows a job to its end. Interrupted, it cancels the job.
     *
     * @throws IllegalStateException if it fails or is cancelled
     */
    void follow(JobID job) throws InterruptedException {
        try {
            new JobFollower(flink.attach(job), out).follow();
        } catch (IllegalStateException failure) {
            if (failure.getCause() instanceof ExecutionException reason) {
                throw new IllegalStateException(
                        "Cannot finish job %s: %s".formatted(job, FailureText.of(reason)), reason);
            }
            throw failure;
        }
    }
}
