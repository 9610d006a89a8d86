package io.flinkgpu.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommittedRowsTest {

    @TempDir private Path directory;
    private DemoConfig config;

    @BeforeEach
    void useDirectory() {
        config = TestingArguments.parse(TestingArguments.complete(directory)).toConfig();
    }

    @Test
    void countsLinesOfFinishedFiles() throws IOException {
        result("part-0.jsonl", "images/7/a.jpg", 7);
        result("part-1.jsonl", "images/1/b.jpg", 7);
        result(".part-2.jsonl.inprogress", "images/1/c.jpg", 1);
        deadLetter("images/1/d.jpg", "the file is empty");

        CommittedRows rows = CommittedRows.read(config);

        assertThat(rows.rowsOut()).isEqualTo(2);
        assertThat(rows.deadLetters()).isOne();
        assertThat(rows.deadLetterExample()).hasValue("the file is empty");
        assertThat(rows.accuracy()).hasValue(0.5);
    }

    @Test
    void accuracyIsShareOfRightLabels() throws IOException {
        result("part-0.jsonl", "images/7/a.jpg", 7);
        result("part-1.jsonl", "images/1/b.jpg", 7);
        result("part-2.jsonl", "images/07/c.jpg", 7);

        assertThat(CommittedRows.read(config).accuracy().orElseThrow())
                .isCloseTo(2 / 3.0, within(1e-12));
    }

    @Test
    void hasNoAccuracyWhereOneLabelIsUnknown() throws IOException {
        result("part-0.jsonl", "images/7/a.jpg", 7);
        result("part-1.jsonl", "images/cats/b.jpg", 7);

        assertThat(CommittedRows.read(config).accuracy()).isEmpty();
    }

    @Test
    void runWithoutRowsLeavesNothing() throws IOException {
        CommittedRows rows = CommittedRows.read(config);

        assertThat(rows).isEqualTo(new CommittedRows(0, 0, 0, 0, null));
        assertThat(rows.accuracy()).isEmpty();
        assertThat(rows.deadLetterExample()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"file:/data/images/7/0001.jpg,7", "images/0/a.jpg,0", "12/a.jpg,12"})
    void parentDirectoryIsLabel(String file, int label) {
        assertThat(CommittedRows.labelOf(file)).hasValue(label);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.jpg",
                "/a.jpg",
                "7.jpg",
                "cats/a.jpg",
                "-1/a.jpg",
                "20260101/a.jpg",
                "٣/a.jpg"
            })
    void otherParentsAreNoLabel(String file) {
        assertThat(CommittedRows.labelOf(file)).isEmpty();
    }

    private void result(String name, String file, int label) throws IOException {
        write(
                config.results().resolve(name),
                "{\"file\":\"%s\",\"label\":%d}".formatted(file, label));
    }

    private void deadLetter(String file, String cause) throws IOException {
        write(
                config.deadLetters().resolve("part-0.jsonl"),
                "{\"file\":\"%s\",\"cause\":\"%s\"}".formatted(file, cause));
    }

    private static void write(Path file, String line) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, line + "\n");
    }
}
