package io.flinkgpu.deploy.observe;

import java.time.Duration;
import java.util.OptionalLong;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.JobStatus;

/**
 * A running job at one moment.
 *
 * @param elapsed since the job's submission
 * @param rowsRead rows that left the first stage, good or bad
 * @param rowsDone rows that reached a sink
 * @param batches sent to the model
 * @param batchedRows rows in them
 * @param inFlight rows that wait for the model's answer
 * @param checkpoints completed ones
 * @param lastCheckpointMillis duration of the newest completed one
 */
@Internal
public record Progress(
        JobStatus status,
        Duration elapsed,
        long rowsRead,
        long rowsDone,
        long batches,
        long batchedRows,
        long inFlight,
        long checkpoints,
        OptionalLong lastCheckpointMillis) {

    /** A job of which nothing is known yet. */
    public static Progress none(JobStatus status, Duration elapsed) {
        return new Progress(status, elapsed, 0, 0, 0, 0, 0, 0, OptionalLong.empty());
    }

    /** Mean rows a batch, 0 before the first. */
    public double meanBatchSize() {
        return batches == 0 ? 0 : batchedRows / (double) batches;
    }

    /**
     * Rows done a second since an earlier moment; 0 if that is not earlier, or the job restarted.
     */
    public double rowsPerSecondSince(Progress earlier) {
        double seconds = elapsed.minus(earlier.elapsed).toMillis() / 1000.0;
        return seconds <= 0 ? 0 : Math.max(0, rowsDone - earlier.rowsDone) / seconds;
    }
}
