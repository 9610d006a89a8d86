package io.flinkgpu.state;

import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.CheckpointingMode;

/**
 * Checkpoint and state-backend settings for jobs with slow stages.
 *
 * <p>Inference holds rows for long and back-pressures what is before it. So checkpoints are
 * unaligned from the start, and may be taken while the job still works off the network buffers of
 * the checkpoint it was restored from. Without the latter a slow stage and repeated failures
 * livelock a job: it must pass all restored buffers through inference before its next checkpoint,
 * and the next failure throws that work away. Only keys that the user left unset are set.
 */
public final class CheckpointDefaults {

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int TOLERABLE_FAILURES = 3;

    private CheckpointDefaults() {}

    /** The given settings, completed by the defaults for all keys they leave unset. */
    public static Configuration complete(Configuration settings) {
        Configuration completed = defaults();
        completed.addAll(settings);
        return completed;
    }

    private static Configuration defaults() {
        return new Configuration()
                .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, INTERVAL)
                .set(
                        CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE,
                        CheckpointingMode.EXACTLY_ONCE)
                .set(CheckpointingOptions.ENABLE_UNALIGNED, true)
                .set(CheckpointingOptions.ALIGNED_CHECKPOINT_TIMEOUT, Duration.ZERO)
                .set(CheckpointingOptions.ENABLE_UNALIGNED_INTERRUPTIBLE_TIMERS, true)
                .set(CheckpointingOptions.UNALIGNED_RECOVER_OUTPUT_ON_DOWNSTREAM, true)
                .set(CheckpointingOptions.CHECKPOINTING_DURING_RECOVERY_ENABLED, true)
                .set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, TOLERABLE_FAILURES)
                .set(
                        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION)
                .set(StateBackendOptions.STATE_BACKEND, "rocksdb")
                .set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    }
}
