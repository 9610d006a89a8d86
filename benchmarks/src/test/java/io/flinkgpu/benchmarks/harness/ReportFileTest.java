package io.flinkgpu.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFileTest {

    @TempDir Path directory;

    @Test
    void writesOneReportAsAnObjectWithItsKeysInOrder() throws IOException {
        JsonNode json = written(TestingReports.of("one", Map.of()));

        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly("scenario", "unit", "ours", "peer", "ratio", "settings");
        for (String side : List.of("ours", "peer", "ratio")) {
            assertThat(json.path(side).fieldNames())
                    .toIterable()
                    .containsExactly("median", "min", "max");
        }
        assertThat(json.path("ours").path("median").asDouble()).isEqualTo(123_456);
        assertThat(json.path("settings").path("model").asText()).isEqualTo("cnn");
    }

    @Test
    void writesDetailsWhereThereAreSome() throws IOException {
        JsonNode json = written(TestingReports.of("one", Map.of("loads", 8)));

        assertThat(json.path("details").path("loads").asInt()).isEqualTo(8);
    }

    @Test
    void writesSeveralReportsAsAnArray() throws IOException {
        JsonNode json =
                written(TestingReports.of("one", Map.of()), TestingReports.of("two", Map.of()));

        assertThat(json.isArray()).isTrue();
        assertThat(json.findValuesAsText("scenario")).containsExactly("one", "two");
    }

    @Test
    void refusesDirectoryBeforeAnythingIsMeasured() {
        assertThatThrownBy(() -> ReportFile.at(directory))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(
                        "Cannot write report "
                                + directory
                                + ": it is a directory or write-protected");
    }

    private JsonNode written(BenchReport... reports) throws IOException {
        Path file = directory.resolve("new/report.json");
        ReportFile.at(file).write(List.of(reports));
        return new ObjectMapper().readTree(Files.readString(file));
    }
}
