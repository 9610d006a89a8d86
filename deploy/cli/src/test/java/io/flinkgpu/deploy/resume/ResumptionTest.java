package io.flinkgpu.deploy.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.deploy.job.JobPlace;
import io.flinkgpu.deploy.job.PlaceOptions;
import io.flinkgpu.deploy.runs.RestorePoint;
import io.flinkgpu.state.ledger.LedgerConfig;
import io.flinkgpu.state.ledger.LedgerEntry;
import io.flinkgpu.state.ledger.LedgerOptions;
import io.flinkgpu.state.ledger.Program;
import io.flinkgpu.state.ledger.Run;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.junit.jupiter.api.Test;

/** A jar that is run again. */
class ResumptionTest {

    private static final URI FLINK = URI.create("http://flink:8081");

    @Test
    void aJarIsRecordedAsBefore() {
        Configuration options = resumption(null, stage(3), stage(8)).optionsOfJar(FLINK);

        assertThat(options.get(LedgerOptions.PROGRAM_JAR)).isEqualTo("/jobs/digits.jar");
        assertThat(options.get(LedgerOptions.PROGRAM_ENTRY_CLASS)).isEqualTo("org.example.Digits");
        assertThat(options.get(LedgerOptions.RUN_ARGUMENTS)).containsExactly("--input", "/data");
        assertThat(options.get(LedgerOptions.PLACE)).isEqualTo("flink " + FLINK);
        assertThat(options.get(LedgerOptions.FLINK)).isEqualTo(FLINK.toString());
        assertThat(options.get(LedgerOptions.URL)).isEqualTo("jdbc:sqlite:/ledger.db");
    }

    @Test
    void aJarHasTheSubtasksOfItsWidestStage() {
        assertThat(subtasks(resumption(null, stage(3), stage(8)))).isEqualTo(8);
        assertThat(subtasks(resumption(2, stage(3), stage(8)))).isEqualTo(2);
        assertThat(resumption(null).optionsOfJar(FLINK).contains(CoreOptions.DEFAULT_PARALLELISM))
                .isFalse();
    }

    @Test
    void aJarIsNotRunWithHalfAnArgument() {
        Resumption resumption =
                resumption(null, List.of("--sql", "select".repeat(1000)), List.of(stage(3)));

        assertThatThrownBy(() -> resumption.submit(new PrintWriter(new StringWriter())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "Cannot resume run run-1: the ledger does not know its arguments of more than 4,000 characters. Submit it by hand:");
    }

    private static int subtasks(Resumption resumption) {
        return resumption.optionsOfJar(FLINK).get(CoreOptions.DEFAULT_PARALLELISM);
    }

    private static Resumption resumption(
            Integer parallelism, LedgerEntry.StageDescribed... stages) {
        return resumption(parallelism, List.of("--input", "/data"), List.of(stages));
    }

    private static Resumption resumption(
            Integer parallelism, List<String> arguments, List<LedgerEntry.StageDescribed> stages) {
        LedgerEntry.RunBegun begun =
                new LedgerEntry.RunBegun(
                        "run-1",
                        "digits",
                        new LedgerEntry.Job("00ff", "Digits"),
                        arguments,
                        Instant.EPOCH,
                        null);
        Run run = new Run(begun, Instant.EPOCH, null, stages, null, Duration.ZERO, List.of());
        RestorePoint point = new RestorePoint("file:/chk-1", null);
        Program program = Program.jar("/jobs/digits.jar", "org.example.Digits");
        JobPlace place = JobPlace.flink(FLINK);
        return new Resumption(
                run,
                program,
                point,
                place,
                new PlaceOptions(),
                new Resumption.Changes(parallelism, Map.of()),
                new ResumedRun(
                        LedgerConfig.of("jdbc:sqlite:/ledger.db"), run, point, place, program));
    }

    private static LedgerEntry.StageDescribed stage(int parallelism) {
        return new LedgerEntry.StageDescribed(
                "run-1",
                "stage-" + parallelism,
                "classify",
                parallelism,
                "fused",
                "",
                new LedgerEntry.Model("onnx:/digits", "3", ""));
    }
}
