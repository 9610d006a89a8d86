package io.flinkgpu.deploy.pool;

import io.flinkgpu.deploy.run.Poll;
import io.flinkgpu.inference.pool.ReplicaState;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.common.JobID;

/**
 * Waits until a pool has just as many ready replicas as it should have, and prints each change on
 * the way.
 */
final class ReadyWait {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(500);

    private final Pools pools;
    private final PrintWriter out;
    private final Duration timeout;
    private String printed = "";
    private Optional<String> failure = Optional.empty();

    ReadyWait(Pools pools, PrintWriter out, Duration timeout) {
        this.pools = pools;
        this.out = out;
        this.timeout = timeout;
    }

    /** Takes what has failed up to this moment as known: it is not printed. */
    ReadyWait forgetFailures(JobID job) {
        failure = failureOf(job);
        return this;
    }

    /**
     * Blocks until the pool is as it should be.
     *
     * @throws PoolException if the pool's job ends or the time is up
     */
    void await(String pool, JobID job) throws InterruptedException {
        if (!Poll.until(timeout, POLL_INTERVAL, () -> isReady(pool, job))) {
            throw new PoolException(
                    "Cannot see all of pool '%s' ready: %s after %d s. It goes on by itself; see 'pool status'."
                            .formatted(pool, printed, timeout.toSeconds()));
        }
    }

    private boolean isReady(String pool, JobID job) throws InterruptedException {
        PoolStatus status = status(pool, job);
        show(text(status));
        if (!status.isSettled()) {
            showFailure(job);
        }
        return status.isSettled();
    }

    private PoolStatus status(String pool, JobID job) throws InterruptedException {
        if (!pools.exists(pool)) {
            throw new PoolException(
                    "Cannot wait for pool '%s': its job ended%s"
                            .formatted(
                                    pool, failureOf(job).map(reason -> ": " + reason).orElse(".")));
        }
        return pools.status(pool);
    }

    /** A job that fails again and again would else look like one that takes its time. */
    private void showFailure(JobID job) {
        Optional<String> newest = failureOf(job);
        if (newest.isPresent() && !newest.equals(failure)) {
            out.println("The pool's job restarts after a failure: " + newest.get());
            out.flush();
            failure = newest;
        }
    }

    private Optional<String> failureOf(JobID job) {
        return pools.lastFailure(job).flatMap(trace -> trace.lines().findFirst());
    }

    private void show(String text) {
        if (!text.equals(printed)) {
            out.println(text);
            out.flush();
            printed = text;
        }
    }

    private static String text(PoolStatus status) {
        if (!status.size().isKnown()) {
            return "the job starts";
        }
        int loading = status.count(ReplicaState.LOADING);
        return "%d of %d replicas ready%s"
                .formatted(
                        status.ready(),
                        status.size().replicas(),
                        loading == 0 ? "" : ", " + loading + " loading");
    }
}
