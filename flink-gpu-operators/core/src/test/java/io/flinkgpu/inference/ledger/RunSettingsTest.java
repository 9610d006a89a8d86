package io.flinkgpu.inference.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class RunSettingsTest {

    @Test
    void readsWhatTheSubmitterSays() {
        Configuration options =
                Configuration.fromMap(
                        Map.of(
                                "ledger.run.id", "run-7",
                                "ledger.run.name", "digits",
                                "ledger.run.arguments", "--input;/data",
                                "ledger.run.resumed-from", "run-6"));

        assertThat(RunSettings.from(options))
                .isEqualTo(
                        new RunSettings("run-7", "digits", List.of("--input", "/data"), "run-6"));
    }

    @Test
    void takesTheArgumentsOfAnApplicationCluster() {
        Configuration options =
                Configuration.fromMap(Map.of("$internal.application.program-args", "--a;b"));

        assertThat(RunSettings.from(options))
                .isEqualTo(new RunSettings(null, null, List.of("--a", "b"), null));
    }

    @Test
    void hidesSecrets() {
        assertThat(
                        RunSettings.withoutSecrets(
                                List.of(
                                        "--db-password",
                                        "hunter2",
                                        "--token=abc",
                                        "--password",
                                        "--verbose",
                                        "--url",
                                        "kafka://me:hunter2@broker:9092/topic",
                                        "s3.secret-key=abc",
                                        "--input",
                                        "/data")))
                .containsExactly(
                        "--db-password",
                        "******",
                        "--token=******",
                        "--password",
                        "--verbose",
                        "--url",
                        "kafka://me:******@broker:9092/topic",
                        "s3.secret-key=******",
                        "--input",
                        "/data");
    }
}
