package io.flinkgpu.benchmarks.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChaosReportTest {

    @TempDir Path directory;

    @Test
    void addsTheModesUpAndWritesWhatReadersExpect() throws Exception {
        ChaosReport report =
                ChaosReport.of(
                        7,
                        3,
                        "simulated",
                        "files",
                        List.of(mode(0, 0, 0, 0), mode(0, 0, 0, 0)),
                        List.of(new ChaosEvent("2026-01-01T00:00:00Z", "chaos", "KILL", "x", "")));

        report.writeTo(directory.resolve("reports/report.json"));

        assertThat(report.holds()).isTrue();
        JsonNode json =
                new ObjectMapper().readTree(directory.resolve("reports/report.json").toFile());
        assertThat(json.fieldNames())
                .toIterable()
                .contains(
                        "rowsIn",
                        "results",
                        "deadLetters",
                        "lost",
                        "duplicated",
                        "restarts",
                        "events");
        assertThat(json.path("rowsIn").asLong()).isEqualTo(20);
        assertThat(json.path("restarts").asInt()).isEqualTo(4);
        assertThat(json.path("events").path(0).path("kind").asText()).isEqualTo("KILL");
    }

    @Test
    void doesNotHoldWithOneRowThatIsNotAsItShouldBe() {
        assertThat(of(mode(1, 0, 0, 0)).holds()).isFalse();
        assertThat(of(mode(0, 1, 0, 0)).holds()).isFalse();
        assertThat(of(mode(0, 0, 1, 0)).holds()).isFalse();
        assertThat(of(mode(0, 0, 0, 1)).holds()).isFalse();
    }

    @Test
    void eventsNameFilesWithoutTheDirectoryOfTheRun() {
        Path run = Path.of("/tmp/flink-gpu-chaos6251");
        ChaosEvent hung =
                new ChaosEvent(
                        "2026-01-01T00:00:00Z", "job", "Hang", run + "/a", "b " + run + "/c");

        assertThat(hung.relativeTo(run))
                .isEqualTo(new ChaosEvent("2026-01-01T00:00:00Z", "job", "Hang", "a", "b c"));
    }

    private static ChaosReport of(ChaosReport.Mode mode) {
        return ChaosReport.of(1, 1, "simulated", "files", List.of(mode), List.of());
    }

    private static ChaosReport.Mode mode(long lost, long duplicated, long wrong, long good) {
        return new ChaosReport.Mode("fused", 10, 9, 1, lost, duplicated, wrong, good, 2, 3);
    }
}
