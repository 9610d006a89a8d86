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

class SessionSettingsTest {

    @Test
    void statementsWaitForTheirJobs() {
        assertThat(settings(Map.of(), false).get(TableConfigOptions.TABLE_DML_SYNC)).isTrue();
        assertThat(settings(Map.of(), true).get(TableConfigOptions.TABLE_DML_SYNC)).isFalse();
    }

    @Test
    void predictionsFillBatches() {
        assertThat(
                        settings(Map.of(), false)
                                .get(
                                        ExecutionConfigOptions
                                                .TABLE_EXEC_ASYNC_ML_PREDICT_MAX_CONCURRENT_OPERATIONS))
                .isEqualTo(256);
    }

    @Test
    void queriesThatAreLeftLeaveNoCheckpoints() {
        assertThat(
                        settings(Map.of(), false)
                                .get(CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION))
                .isEqualTo(ExternalizedCheckpointRetention.DELETE_ON_CANCELLATION);
    }

    @Test
    void whatTheUserGivesWins() {
        Configuration settings =
                settings(
                        Map.of(
                                "table.dml-sync", "false",
                                "restart-strategy.type", "none",
                                "execution.checkpointing.interval", "1 min"),
                        false);

        assertThat(settings.get(TableConfigOptions.TABLE_DML_SYNC)).isFalse();
        assertThat(settings.get(RestartStrategyOptions.RESTART_STRATEGY)).isEqualTo("none");
        assertThat(settings.get(CheckpointingOptions.CHECKPOINTING_INTERVAL)).hasMinutes(1);
    }

    @Test
    void failuresEndJobsAfterThreeRestarts() {
        Configuration settings = settings(Map.of(), false);

        assertThat(settings.get(RestartStrategyOptions.RESTART_STRATEGY)).isEqualTo("fixed-delay");
        assertThat(settings.get(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS))
                .isEqualTo(3);
    }

    private static Configuration settings(Map<String, String> given, boolean detach) {
        return SessionSettings.of(new Configuration(), given, detach);
    }
}
