package io.flinkgpu.deploy.sql;

import io.flinkgpu.state.CheckpointDefaults;
import java.time.Duration;
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

    private SessionSettings() {}

    /**
     * Completes settings.
     *
     * @param connection how jobs reach Flink, and what holds on that Flink
     * @param given by the user; they win
     * @param detach whether statements that make jobs return when these are submitted
     */
    static Configuration of(Configuration connection, Map<String, String> given, boolean detach) {
        Configuration settings = new Configuration(connection);
        settings.addAll(Configuration.fromMap(given));
        setIfUnset(settings, TableConfigOptions.TABLE_DML_SYNC, !detach);
        setIfUnset(settings, SqlClientOptions.EXECUTION_RESULT_MODE, ResultMode.TABLEAU);
        setIfUnset(
                settings,
                ExecutionConfigOptions.TABLE_EXEC_ASYNC_ML_PREDICT_MAX_CONCURRENT_OPERATIONS,
                CONCURRENT_PREDICTIONS);
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
        return CheckpointDefaults.complete(settings);
    }

    private static <T> void setIfUnset(Configuration settings, ConfigOption<T> option, T value) {
        if (!settings.contains(option)) {
            settings.set(option, value);
        }
    }
}
