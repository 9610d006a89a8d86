package io.flinkgpu.deploy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.apache.flink.table.api.config.TableConfigOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionSettingsTest {

    @Test
    void statementsWaitForTheirJobs() {
        assertThat(settings(Map.of()).get(TableConfigOptions.TABLE_DML_SYNC)).isTrue();
        assertThat(elsewhere(Map.of(), false).get(TableConfigOptions.TABLE_DML_SYNC)).isTrue();
        assertThat(elsewhere(Map.of(), true).get(TableConfigOptions.TABLE_DML_SYNC)).isFalse();
    }

    @Test
    void predictionsFillBatches() {
        assertThat(
                        settings(Map.of())
                                .get(
                                        ExecutionConfigOptions
                                                .TABLE_EXEC_ASYNC_ML_PREDICT_MAX_CONCURRENT_OPERATIONS))
                .isEqualTo(256);
    }

    @Test
    void queriesThatAreLeftLeaveNoCheckpoints() {
        assertThat(settings(Map.of()).get(CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION))
                .isEqualTo(ExternalizedCheckpointRetention.DELETE_ON_CANCELLATION);
    }

    @Test
    void whatTheUserGivesWins() {
        Configuration settings =
                settings(
                        Map.of(
                                "table.dml-sync", "false",
                                "restart-strategy.type", "none",
                                "execution.checkpointing.interval", "1 min"));

        assertThat(settings.get(TableConfigOptions.TABLE_DML_SYNC)).isFalse();
        assertThat(settings.get(RestartStrategyOptions.RESTART_STRATEGY)).isEqualTo("none");
        assertThat(settings.get(CheckpointingOptions.CHECKPOINTING_INTERVAL)).hasMinutes(1);
    }

    @Test
    void failuresEndJobsAfterThreeRestarts() {
        Configuration settings = settings(Map.of());

        assertThat(settings.get(RestartStrategyOptions.RESTART_STRATEGY)).isEqualTo("fixed-delay");
        assertThat(settings.get(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS))
                .isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void jobsThatMayOutliveTheShellRestartAsTheirFlinkSays(boolean detach) {
        assertThat(elsewhere(Map.of(), detach).toMap())
                .containsEntry(
                        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION.key(),
                        "NO_EXTERNALIZED_CHECKPOINTS")
                .doesNotContainKey(RestartStrategyOptions.RESTART_STRATEGY.key());
    }

    @Test
    void whatTheConfigurationOfAFlinkSaysHoldsThere() {
        Map<String, String> ofFlink =
                Map.of(
                        "restart-strategy.type", "exponential-delay",
                        "execution.checkpointing.externalized-checkpoint-retention",
                                "RETAIN_ON_CANCELLATION",
                        "execution.checkpointing.interval", "5 min",
                        "state.backend.type", "hashmap",
                        "rest.port", "8081");

        Configuration settings =
                SessionSettings.elsewhere(
                        Configuration.fromMap(Map.of("rest.port", "8082")),
                        Map.of("execution.checkpointing.interval", "1 min"),
                        ofFlink,
                        false);

        assertThat(settings.toMap())
                .containsEntry("restart-strategy.type", "exponential-delay")
                .containsEntry(
                        "execution.checkpointing.externalized-checkpoint-retention",
                        "RETAIN_ON_CANCELLATION")
                .containsEntry("execution.checkpointing.interval", "1 min")
                .containsEntry("state.backend.type", "hashmap")
                .containsEntry("rest.port", "8082");
    }

    private static Configuration settings(Map<String, String> given) {
        return SessionSettings.here(new Configuration(), given);
    }

    private static Configuration elsewhere(Map<String, String> ofFlink, boolean detach) {
        return SessionSettings.elsewhere(new Configuration(), Map.of(), ofFlink, detach);
    }
}
