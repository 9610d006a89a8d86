package io.flinkgpu.job.file;

import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Secret;
import io.flinkgpu.job.config.Value;
import io.flinkgpu.job.element.NewOnly;
import io.flinkgpu.job.redo.Redos;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;

/** The options of a job, of what its file says. */
final class JobSettings {

    private static final Map<ConfigOption<?>, String> KEYS = new LinkedHashMap<>();

    static {
        KEYS.put(InferenceOptions.MODE, "Use the key 'mode'.");
        KEYS.put(CoreOptions.DEFAULT_PARALLELISM, "Use the key 'parallelism'.");
        KEYS.put(PipelineOptions.NAME, "Use the key 'name'.");
        KEYS.put(CheckpointingOptions.CHECKPOINTING_INTERVAL, "Use checkpoints.interval.");
        KEYS.put(CheckpointingOptions.CHECKPOINTING_TIMEOUT, "Use checkpoints.timeout.");
        KEYS.put(CheckpointingOptions.CHECKPOINTS_DIRECTORY, "Use checkpoints.directory.");
        KEYS.put(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS,
                "Use restart.attempts.");
        KEYS.put(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, "Use restart.delay.");
        KEYS.put(
                ExecutionOptions.RUNTIME_MODE,
                "Leave it out: elements with profiles run in mode STREAMING alone.");
        KEYS.put(PipelineOptions.GENERIC_TYPES, "Leave it out: no row needs generic types.");
    }

    private JobSettings() {}

    /**
     * Reads them.
     *
     * @param file the file's own keys
     * @param environment says what the file leaves open of mode and pools
     * @param resolve makes a path absolute
     */
    static Configuration of(
            Config file, Map<String, String> environment, UnaryOperator<String> resolve) {
        Configuration settings = new Configuration();
        file.find(PipelineKeys.OPTIONS).ifPresent(options -> addOptions(options, file, settings));
        file.find(PipelineKeys.CHECKPOINTS)
                .ifPresent(checkpoints -> addCheckpoints(checkpoints, resolve, settings));
        addRestart(file, settings);
        InferenceMode mode =
                file.find(PipelineKeys.MODE).orElseGet(() -> InferenceMode.from(environment));
        settings.set(InferenceOptions.MODE, mode);
        String pools = environment.getOrDefault(PoolOptions.ADDRESS_ENVIRONMENT_VARIABLE, "");
        if (!pools.isBlank() && !settings.contains(PoolOptions.ADDRESSES)) {
            settings.set(PoolOptions.ADDRESSES, List.of(pools.split(";", -1)));
        }
        String since = environment.getOrDefault(NewOnly.VARIABLE, "");
        if (!since.isBlank()) {
            settings.set(NewOnly.SINCE_RUN, since);
        }
        String mark = environment.getOrDefault(NewOnly.MARK_VARIABLE, "");
        if (!mark.isBlank()) {
            settings.set(NewOnly.RUN_MARK, mark);
        }
        if (Boolean.parseBoolean(environment.get(NewOnly.AGAIN_VARIABLE))) {
            settings.set(NewOnly.AGAIN, true);
        }
        String redo = environment.getOrDefault(Redos.VARIABLE, "");
        if (!redo.isBlank()) {
            settings.set(Redos.CLAIM, redo);
        }
        file.find(PipelineKeys.PARALLELISM)
                .ifPresent(count -> settings.set(CoreOptions.DEFAULT_PARALLELISM, count));
        settings.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        return settings;
    }

    private static void addOptions(
            Map<String, Secret> options, Config file, Configuration settings) {
        Value at = file.at(PipelineKeys.OPTIONS);
        KEYS.forEach(
                (option, instead) -> {
                    if (options.containsKey(option.key())) {
                        at.get(option.key())
                                .problem(
                                        "Invalid option '%s': it cannot be set here. %s"
                                                .formatted(option.key(), instead));
                    }
                });
        options.forEach((key, value) -> settings.setString(key, value.reveal()));
    }

    private static void addCheckpoints(
            Config checkpoints, UnaryOperator<String> resolve, Configuration settings) {
        checkpoints
                .find(PipelineKeys.INTERVAL)
                .ifPresent(time -> settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, time));
        checkpoints
                .find(PipelineKeys.TIMEOUT)
                .ifPresent(time -> settings.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, time));
        checkpoints
                .find(PipelineKeys.DIRECTORY)
                .ifPresent(
                        path ->
                                settings.set(
                                        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                                        resolve.apply(path)));
    }

    /** What fails again and again fails for a reason that waiting does not cure. */
    private static void addRestart(Config file, Configuration settings) {
        if (settings.contains(RestartStrategyOptions.RESTART_STRATEGY)) {
            return;
        }
        Config restart = file.find(PipelineKeys.RESTART).orElse(null);
        int attempts =
                restart == null
                        ? PipelineKeys.ATTEMPTS.defaultValue().orElseThrow()
                        : restart.get(PipelineKeys.ATTEMPTS);
        Duration delay =
                restart == null
                        ? PipelineKeys.DELAY.defaultValue().orElseThrow()
                        : restart.get(PipelineKeys.DELAY);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, attempts);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, delay);
    }
}
