package io.flinkgpu.deploy.observe;

import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * Durations of a job's completed checkpoints, in milliseconds; 0 where none completed.
 *
 * @param completed how many, those included that Flink's history no longer holds
 */
@Internal
public record CheckpointTimes(long completed, long p50Millis, long p99Millis, long maxMillis) {

    /**
     * Sums up.
     *
     * @param millis the durations that are known, in any order
     */
    public static CheckpointTimes of(long completed, List<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        return new CheckpointTimes(
                completed, percentile(sorted, 50), percentile(sorted, 99), percentile(sorted, 100));
    }

    /** By nearest rank: the smallest value that at least {@code percent} of all do not exceed. */
    private static long percentile(List<Long> sorted, int percent) {
        if (sorted.isEmpty()) {
            return 0;
        }
        int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
        return sorted.get(rank - 1);
    }
}
