package io.flinkgpu.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.junit.jupiter.api.Test;

class CheckpointDefaultsTest {

    @Test
    void completesAnEmptyConfiguration() {
        Configuration completed = CheckpointDefaults.complete(new Configuration());

        assertThat(completed.toMap())
                .containsAllEntriesOf(
                        Map.of(
                                "execution.checkpointing.interval",
                                "1 s",
                                "execution.checkpointing.mode",
                                "EXACTLY_ONCE",
                                "execution.checkpointing.unaligned.enabled",
                                "true",
                                "execution.checkpointing.aligned-checkpoint-timeout",
                                "0 ms",
                                "execution.checkpointing.during-recovery.enabled",
                                "true",
                                "execution.checkpointing.unaligned.recover-output-on-downstream.enabled",
                                "true",
                                "execution.checkpointing.incremental",
                                "true",
                                "state.backend.type",
                                "rocksdb"));
    }

    @Test
    void keepsWhatTheUserSet() {
        Configuration settings =
                new Configuration()
                        .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMinutes(1))
                        .set(CheckpointingOptions.CHECKPOINTING_DURING_RECOVERY_ENABLED, false)
                        .set(StateBackendOptions.STATE_BACKEND, "hashmap");

        Configuration completed = CheckpointDefaults.complete(settings);

        assertThat(completed.get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(completed.get(CheckpointingOptions.CHECKPOINTING_DURING_RECOVERY_ENABLED))
                .isFalse();
        assertThat(completed.get(StateBackendOptions.STATE_BACKEND)).isEqualTo("hashmap");
        assertThat(completed.get(CheckpointingOptions.ENABLE_UNALIGNED)).isTrue();
    }

    @Test
    void keepsWhatTheUserSetUnderADeprecatedKey() {
        Configuration settings =
                Configuration.fromMap(
                        Map.of(
                                "state.backend", "hashmap",
                                "execution.checkpointing.unaligned", "false"));

        Configuration completed = CheckpointDefaults.complete(settings);

        assertThat(completed.get(StateBackendOptions.STATE_BACKEND)).isEqualTo("hashmap");
        assertThat(completed.get(CheckpointingOptions.ENABLE_UNALIGNED)).isFalse();
    }

    @Test
    void leavesItsArgumentAlone() {
        Configuration settings = new Configuration();

        CheckpointDefaults.complete(settings);

        assertThat(settings.toMap()).isEmpty();
    }
}
