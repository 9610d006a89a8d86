package io.flinkgpu.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job file with dead letters and an error budget that goes on from the savepoint of version 1.
 * Later versions must read it: the savepoint and the file stay as they are.
 */
@Timeout(120)
class SavepointVersionsITCase {

    private static final int ROWS = 400;
    private static final String SAVEPOINT = "savepoint-v1-budget-metadata";

    /** Names the directory that a next version's savepoint is written to. */
    private static final String TARGET = "flinkgpu.savepoint.write";

    /** No row is an image. */
    private static final String FILE =
            """
            name: fixture
            parallelism: 1
            restart: {attempts: 0}
            error-budget: %d rows
            checkpoints: {interval: 100 ms, directory: checkpoints}
            options: {execution.checkpointing.data-inline-threshold: 1 mb%s}
            sources:
              - name: rows
                type: datagen
                config:
                  rows: %d
                  rows-per-second: %d
                  fields: {id: {type: bigint, kind: sequence}}
            steps:
              - {name: texts, type: map, input: rows, config: {append: true, fields: {content: "ENCODE(CAST(id AS STRING), 'UTF-8')"}}}
              - {name: decode, type: decode-image, input: texts, config: {height: 8, width: 8}}
            sinks:
              - {name: shown, type: print, input: decode}
              - {name: bad, type: dead-letters, input: decode.dead-letters, config: {path: "moved:/bad"}}
            """;

    @TempDir private Path directory;

    @BeforeEach
    void moveFiles() {
        MovedFileSystem.moveTo(directory);
    }

    @Test
    void goesOnBehindTheRowsThatItHasRead() throws Exception {
        start(ROWS, 100_000, committed()).getJobExecutionResult().get();

        List<Long> letters = letters();
        assertThat(letters).hasSizeBetween(1, ROWS - 1);
        assertThat(letters)
                .containsExactlyElementsOf(LongStream.range(letters.get(0), ROWS).boxed().toList());
    }

    @Test
    void goesOnWithWhatItsErrorBudgetHasCounted() throws Exception {
        JobClient job = start(ROWS - 1, 100_000, committed());

        assertThatThrownBy(() -> job.getJobExecutionResult().get())
                .hasStackTraceContaining(
                        "the error budget of 399 rows is exceeded by 400 dead letters of ");
    }

    @Test
    @EnabledIfSystemProperty(named = TARGET, matches = ".+")
    void writesTheSavepointOfThisVersion() throws Exception {
        JobClient job = start(ROWS, 50, "");
        await().until(() -> !letters().isEmpty());

        String savepoint =
                job.stopWithSavepoint(
                                false,
                                directory.resolve("savepoints").toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get();

        Files.copy(
                Path.of(URI.create(savepoint)).resolve("_metadata"),
                Path.of(System.getProperty(TARGET), SAVEPOINT));
    }

    private JobClient start(int budget, int rowsPerSecond, String options) throws Exception {
        Path file =
                Files.writeString(
                        directory.resolve("job.yaml"),
                        FILE.formatted(budget, options, ROWS, rowsPerSecond));
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        return environment.executeAsync(
                PipelineJob.read(file, JobReading.ofProcess()).define(environment));
    }

    private String committed() throws IOException {
        Path savepoint = Files.createDirectory(directory.resolve("savepoint"));
        try (InputStream written = getClass().getResourceAsStream("/" + SAVEPOINT)) {
            Files.copy(written, savepoint.resolve("_metadata"));
        }
        return ", execution.state-recovery.path: '" + savepoint.toUri() + "'";
    }

    private List<Long> letters() throws IOException {
        if (!Files.exists(directory.resolve("bad"))) {
            return List.of();
        }
        try (Stream<JsonNode> lines =
                JsonLines.read(
                        new org.apache.flink.core.fs.Path(directory.resolve("bad").toUri()))) {
            return lines.map(letter -> letter.at("/row/id").asLong()).sorted().toList();
        }
    }
}
