package io.flinkgpu.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.simulated.SimulatedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadResultTest {

    @TempDir private Path directory;
    private LoadSpec spec;

    @BeforeEach
    void describeRunOfFiveRows() {
        spec = LoadSpec.of(directory, SimulatedModel.named("echo").ref()).rows(5).build();
    }

    @Test
    void isExactlyOnceWhereEachRowHasOneLine() throws IOException {
        results("part-a-0.jsonl", answer(0, 10), answer(3, 40));
        results("part-b-0.jsonl", answer(2, 30), answer(1, 20));
        deadLetters("part-a-0.jsonl", letter(4, "the model is told to fail"));

        LoadResult result = LoadResult.read(spec);

        assertThat(result.isExactlyOnce()).isTrue();
        assertThat(result.expected()).isEqualTo(5);
        assertThat(result.results()).isEqualTo(4);
        assertThat(result.deadLetters()).isOne();
        assertThat(result.deadLetterExample()).hasValue("the model is told to fail");
        assertThat(result.wrong()).isZero();
        assertThat(result.emissions().count()).isEqualTo(4);
        assertThat(result.emissions().first()).hasValue(Instant.ofEpochMilli(10));
        assertThat(result.emissions().last()).hasValue(Instant.ofEpochMilli(40));
        assertThat(result)
                .hasToString(
                        "5 rows expected: 4 results, 1 dead letters (the model is told to fail), 0 missing, 0 duplicated, 0 wrong");
    }

    @Test
    void tellsMissingRows() throws IOException {
        results("part-0.jsonl", answer(1, 0), answer(3, 0));

        LoadResult result = LoadResult.read(spec);

        assertThat(result.isExactlyOnce()).isFalse();
        assertThat(result.missing()).isEqualTo(3);
        assertThat(result.missingIds()).containsExactly(0, 2, 4);
        assertThat(result.duplicated()).isZero();
        assertThat(result.toString()).contains("3 missing [0, 2, 4]");
    }

    @Test
    void tellsRowsWithSeveralLines() throws IOException {
        results("part-0.jsonl", answer(0, 0), answer(1, 0), answer(2, 0), answer(1, 0));
        results("part-1.jsonl", answer(1, 0), answer(3, 0), answer(4, 0));
        deadLetters("part-0.jsonl", letter(3, "late"));

        LoadResult result = LoadResult.read(spec);

        assertThat(result.isExactlyOnce()).isFalse();
        assertThat(result.results()).isEqualTo(7);
        assertThat(result.duplicated()).isEqualTo(2);
        assertThat(result.duplicatedIds()).containsExactly(1, 3);
        assertThat(result.missing()).isZero();
    }

    @Test
    void tellsWrongAnswers() throws IOException {
        results(
                "part-0.jsonl",
                answer(0, 0),
                "{\"id\":1,\"emittedAtMillis\":0,\"label\":0,\"ok\":false}");

        LoadResult result = LoadResult.read(spec);

        assertThat(result.wrong()).isOne();
        assertThat(result.wrongIds()).containsExactly(1);
    }

    @Test
    void countsFinishedFilesAlone() throws IOException {
        results("part-0.jsonl", answer(0, 0));
        results(".part-1.jsonl.inprogress.1", answer(1, 0));

        assertThat(LoadResult.read(spec).results()).isOne();
    }

    @Test
    void runWithoutFilesMissesEverything() throws IOException {
        LoadResult result = LoadResult.read(spec);

        assertThat(result.missing()).isEqualTo(5);
        assertThat(result.emissions().count()).isZero();
        assertThat(result.deadLetterExample()).isEmpty();
    }

    @Test
    void refusesRowsOfAnotherRun() throws IOException {
        results("part-0.jsonl", answer(4, 0), answer(5, 0));

        assertThatThrownBy(() -> LoadResult.read(spec))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Cannot count rows: a line has id 5 and the run's are 0 to 4. Give each run a directory of its own.");
    }

    @Test
    void refusesLinesThatAreCut() throws IOException {
        results("part-0.jsonl", "{\"id\":");

        assertThatThrownBy(() -> LoadResult.read(spec)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void refusesLinesWithoutId() throws IOException {
        deadLetters("part-0.jsonl", "{\"cause\":\"x\"}");

        assertThatThrownBy(() -> LoadResult.read(spec))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a line has id -1");
    }

    private void results(String file, String... lines) throws IOException {
        write(spec.results(), file, lines);
    }

    private void deadLetters(String file, String... lines) throws IOException {
        write(spec.deadLetters(), file, lines);
    }

    private static void write(Path folder, String file, String... lines) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(file), String.join("\n", lines) + "\n");
    }

    private static String answer(long id, long millis) {
        return "{\"id\":%d,\"emittedAtMillis\":%d,\"label\":0,\"ok\":true}".formatted(id, millis);
    }

    private static String letter(long id, String cause) {
        return "{\"cause\":\"%s\",\"row\":{\"id\":%d}}".formatted(cause, id);
    }
}
