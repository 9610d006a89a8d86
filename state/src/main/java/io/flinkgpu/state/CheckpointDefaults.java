package io.flinkgpu.state;

import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
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
@PublicEvolving
public final class CheckpointDefaults {

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int TOLERABLE_FAILURES = 3;

    private CheckpointDefaults() {}

    /** The given settings, completed by the defaults for all keys they leave unset. */
    public static Configuration complete(Configuration settings) {
        Configuration completed = new Configuration(settings);
        setIfUnset(completed, CheckpointingOptions.CHECKPOINTING_INTERVAL, INTERVAL);
        setIfUnset(
                completed,
                CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE,
                CheckpointingMode.EXACTLY_ONCE);
        setIfUnset(completed, CheckpointingOptions.ENABLE_UNALIGNED, true);
        setIfUnset(completed, CheckpointingOptions.ALIGNED_CHECKPOINT_TIMEOUT, Duration.ZERO);
        setIfUnset(completed, CheckpointingOptions.ENABLE_UNALIGNED_INTERRUPTIBLE_TIMERS, true);
        setIfUnset(completed, CheckpointingOptions.UNALIGNED_RECOVER_OUTPUT_ON_DOWNSTREAM, true);
        setIfUnset(completed, CheckpointingOptions.CHECKPOINTING_DURING_RECOVERY_ENABLED, true);
        setIfUnset(completed, CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, TOLERABLE_FAILURES);
        setIfUnset(
                completed,
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        setIfUnset(completed, StateBackendOptions.STATE_BACKEND, "rocksdb");
        setIfUnset(completed, CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        return completed;
    }

    /** A deprecated key counts as set. */
    private static <T> void setIfUnset(
            Configuration configuration, ConfigOption<T> option, T value) {
        if (configuration.getOptional(option).isEmpty()) {
            configuration.set(option, value);
        }
    }
}
