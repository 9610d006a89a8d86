package io.flinkgpu.deploy.sql;

import io.flinkgpu.state.CheckpointDefaults;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.apache.flink.table.api.config.TableConfigOptions;
import org.apache.flink.table.client.config.ResultMode;
import org.apache.flink.table.client.config.SqlClientOptions;

/** What a session starts with; {@code SET} changes it. */
final class SessionSettings {

    /** What fails again and again fails for a reason that waiting does not cure. */
    private static final int RESTARTS = 3;

    private static final Duration RESTART_DELAY = Duration.ofSeconds(1);

    /**
     * Rows of a subtask that may be with a model at a time, which bounds its batches: Flink's
     * default of 10 would leave every batch nearly empty.
     */
    private static final int CONCURRENT_PREDICTIONS = 256;

    /** What a Flink's configuration may say about its jobs; so the older keys begin, too. */
    private static final List<String> OF_JOBS =
            List.of("execution.checkpointing.", "state.", "restart-strategy");

    private SessionSettings() {}

    /**
     * Completes settings for a Flink in this process, where statements are tried out.
     *
     * @param connection how jobs reach Flink, and what holds on that Flink
     * @param given by the user; they win
     */
    static Configuration here(Configuration connection, Map<String, String> given) {
        Configuration settings = joined(connection, given);
        // Queries end by being left: their checkpoints would stay for nobody.
        setIfUnset(
                settings,
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.DELETE_ON_CANCELLATION);
        if (!settings.contains(RestartStrategyOptions.RESTART_STRATEGY)) {
            settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
            setIfUnset(
                    settings,
                    RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS,
                    RESTARTS);
            setIfUnset(
                    settings,
                    RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY,
                    RESTART_DELAY);
        }
        return completed(settings, true);
    }

    /**
     * Completes settings for a Flink whose jobs may outlive this process: what its configuration
     * says about checkpoints, state and restarts holds, and whether jobs restart and checkpoints
     * stay is left to it.
     *
     * @param ofFlink the options of its job manager
     * @param detach whether statements that make jobs return when these are submitted
     */
    static Configuration elsewhere(
            Configuration connection,
            Map<String, String> given,
            Map<String, String> ofFlink,
            boolean detach) {
        Configuration settings = new Configuration();
        // The client decides these for each job, so they are handed on.
        ofFlink.forEach(
                (key, value) -> {
                    if (OF_JOBS.stream().anyMatch(key::startsWith)) {
                        settings.setString(key, value);
                    }
                });
        settings.addAll(joined(connection, given));
        setIfUnset(
                settings,
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION.defaultValue());
        return completed(settings, !detach);
    }

    private static Configuration joined(Configuration connection, Map<String, String> given) {
        Configuration settings = new Configuration(connection);
        settings.addAll(Configuration.fromMap(given));
        return settings;
    }

    private static Configuration completed(Configuration settings, boolean waits) {
        setIfUnset(settings, TableConfigOptions.TABLE_DML_SYNC, waits);
        setIfUnset(settings, SqlClientOptions.EXECUTION_RESULT_MODE, ResultMode.TABLEAU);
        setIfUnset(
                settings,
                ExecutionConfigOptions.TABLE_EXEC_ASYNC_ML_PREDICT_MAX_CONCURRENT_OPERATIONS,
                CONCURRENT_PREDICTIONS);
        return CheckpointDefaults.complete(settings);
    }

    private static <T> void setIfUnset(Configuration settings, ConfigOption<T> option, T value) {
        if (!settings.contains(option)) {
            settings.set(option, value);
        }
    }
}
