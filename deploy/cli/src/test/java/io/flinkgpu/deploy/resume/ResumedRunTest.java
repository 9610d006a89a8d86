package io.flinkgpu.deploy.resume;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.deploy.job.JobPlace;
import io.flinkgpu.deploy.runs.RestorePoint;
import io.flinkgpu.state.ledger.LedgerConfig;
import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.LedgerOptions;
import io.flinkgpu.state.ledger.Program;
import io.flinkgpu.state.ledger.Run;
import io.flinkgpu.state.ledger.RunLedger;
import io.flinkgpu.state.ledger.RunOutcome;
import io.flinkgpu.state.ledger.Submission;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumedRunTest {

    private static final URI FLINK = URI.create("http://flink:8081");
    private static final String FORMER = "0f".repeat(16);
    private static final Program PROGRAM = Program.jar("/jobs/digits.jar", "org.example.Digits");

    @TempDir private Path directory;
    private final JobID job = new JobID();
    private final StringWriter out = new StringWriter();
    private RunLedger ledger;

    @BeforeEach
    void open() throws Exception {
        ledger = RunLedger.open(config());
        ledger.record(List.of(begun(FORMER, null)));
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void isKnownBeforeItsJobManagerTells() throws Exception {
        resumed(PROGRAM).record(job, FLINK, new PrintWriter(out, true));

        Run run = ledger.run("digits").orElseThrow();
        assertThat(run.id()).isEqualTo(job.toHexString());
        assertThat(run.begun().origin()).isEqualTo(new LedgerEntry.Origin(FORMER, "file:/chk-3"));
        assertThat(run.begun().arguments()).containsExactly("--input", "/my data");
        assertThat(ledger.submission(run.id()))
                .contains(new Submission("flink http://flink:8081", FLINK.toString(), PROGRAM));
        assertThat(ledger.resumedFrom(FORMER)).hasSize(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void leavesTheWordOfItsJobManagerAlone() throws Exception {
        ledger.record(
                List.of(
                        begun(job.toHexString(), new LedgerEntry.Origin(FORMER, "file:/chk-3")),
                        new LedgerEntry.RunEnded(
                                job.toHexString(), Instant.now(), RunOutcome.FAILED, "no more")));

        resumed(PROGRAM).record(job, FLINK, new PrintWriter(out, true));

        assertThat(ledger.run(job.toHexString()).orElseThrow().ended()).isNotNull();
        assertThat(ledger.submission(job.toHexString())).isEmpty();
    }

    @Test
    void saysThatTheLedgerIsAway() {
        ledger.close();
        LedgerConfig away = LedgerConfig.of("jdbc:sqlite:/dev/null/ledger.db");

        new ResumedRun(away, former(), point(), JobPlace.HERE, null)
                .record(job, FLINK, new PrintWriter(out, true));

        assertThat(out.toString())
                .startsWith("Cannot tell the ledger at jdbc:sqlite:/dev/null/ledger.db that job ")
                .endsWith("Do not resume that run again.\n");
    }

    @Test
    void itsJobWritesIntoTheLedgerThatWasRead() {
        Configuration options =
                new Configuration(
                        new ResumedRun(
                                        LedgerConfig.of("jdbc:sqlite:ledger.db"),
                                        former(),
                                        point(),
                                        JobPlace.HERE,
                                        null)
                                .options());

        assertThat(options.get(LedgerOptions.URL))
                .isEqualTo("jdbc:sqlite:" + Path.of("ledger.db").toAbsolutePath());
        assertThat(options.get(LedgerOptions.RESUMED_RUN)).isEqualTo(FORMER);
        assertThat(options.get(LedgerOptions.RUN_NAME)).isEqualTo("digits");
        assertThat(options.get(StateRecoveryOptions.SAVEPOINT_PATH)).isEqualTo("file:/chk-3");
    }

    @Test
    void itsJobUsesTheSameUser() {
        Configuration options = new Configuration();
        options.set(LedgerOptions.URL, "jdbc:postgresql://db/ledger");
        options.set(LedgerOptions.USER, "flink");
        LedgerConfig postgres = LedgerConfig.from(options, Map.of()).orElseThrow();

        assertThat(
                        new ResumedRun(postgres, former(), point(), JobPlace.HERE, null)
                                .options()
                                .get(LedgerOptions.USER))
                .isEqualTo("flink");
    }

    private ResumedRun resumed(Program program) {
        return new ResumedRun(config(), former(), point(), JobPlace.flink(FLINK), program);
    }

    private static Run former() {
        return new Run(
                begun(FORMER, null),
                Instant.now(),
                null,
                List.of(),
                null,
                Duration.ZERO,
                List.of());
    }

    private static RestorePoint point() {
        return new RestorePoint("file:/chk-3", null);
    }

    private static LedgerEntry.RunBegun begun(String run, LedgerEntry.Origin origin) {
        return new LedgerEntry.RunBegun(
                run,
                "digits",
                new LedgerEntry.Job(run, "Digits"),
                List.of("--input", "/my data"),
                Instant.now().minusSeconds(origin == null ? 60 : 0),
                origin);
    }

    private LedgerConfig config() {
        return LedgerConfig.of("jdbc:sqlite:" + directory.resolve("ledger.db"));
    }
}
