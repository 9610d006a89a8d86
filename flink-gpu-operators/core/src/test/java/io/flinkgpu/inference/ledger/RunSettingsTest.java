package io.flinkgpu.inference.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.state.ledger.LedgerOptions;
import io.flinkgpu.state.ledger.Program;
import io.flinkgpu.state.ledger.Submission;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class RunSettingsTest {

    private static final Submission UNKNOWN = new Submission("", "", null);

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
                        new RunSettings(
                                "run-7", "digits", List.of("--input", "/data"), "run-6", UNKNOWN));
    }

    @Test
    void takesTheArgumentsOfAnApplicationCluster() {
        Configuration options =
                Configuration.fromMap(Map.of("$internal.application.program-args", "--a;b"));

        assertThat(RunSettings.from(options))
                .isEqualTo(new RunSettings(null, null, List.of("--a", "b"), null, UNKNOWN));
    }

    @Test
    void readsTheJobFileWithoutSecrets() {
        Configuration options =
                new Configuration()
                        .set(LedgerOptions.PLACE, "here")
                        .set(LedgerOptions.FLINK, "http://localhost:4711")
                        .set(LedgerOptions.PROGRAM_FILE, "/jobs/digits.yaml")
                        .set(LedgerOptions.PROGRAM_TEXT, "name: digits")
                        .set(
                                LedgerOptions.PROGRAM_VARIABLES,
                                Map.of(
                                        "OUTPUT", "/out",
                                        "DB_PASSWORD", "hunter2",
                                        "DB", "jdbc://me:hunter2@host/db"));

        assertThat(RunSettings.from(options).submission())
                .isEqualTo(
                        new Submission(
                                "here",
                                "http://localhost:4711",
                                Program.jobFile(
                                        "/jobs/digits.yaml",
                                        "name: digits",
                                        Map.of(
                                                "OUTPUT", "/out",
                                                "DB_PASSWORD", "******",
                                                "DB", "jdbc://me:******@host/db"))));
    }

    @Test
    void keepsNoJobFileThatIsTooLong() {
        Configuration options =
                new Configuration()
                        .set(LedgerOptions.PROGRAM_FILE, "/jobs/digits.yaml")
                        .set(LedgerOptions.PROGRAM_TEXT, "#".repeat(Program.MAX_TEXT + 1));

        assertThat(RunSettings.from(options).submission()).isEqualTo(UNKNOWN);
    }

    @Test
    void takesTheAddressOfTheJobManager() {
        Configuration options =
                Configuration.fromMap(
                        Map.of(
                                "rest.address", "jobmanager",
                                "rest.port", "8099",
                                "ledger.run.program.jar", "/jobs/digits.jar"));

        assertThat(RunSettings.from(options).submission())
                .isEqualTo(
                        new Submission(
                                "", "http://jobmanager:8099", Program.jar("/jobs/digits.jar", "")));
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
