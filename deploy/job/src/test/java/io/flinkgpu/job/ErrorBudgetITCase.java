package io.flinkgpu.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A job that fails for its error budget, and goes on with a larger one. */
@Timeout(120)
class ErrorBudgetITCase {

    private static final int ROWS = 400;

    @TempDir private Path directory;

    @Test
    void stopsWithItsCauseAndGoesOnWithALargerBudget() throws Exception {
        assertThatThrownBy(() -> run("200 rows", ""))
                .hasStackTraceContaining(
                        "Cannot go on: the error budget of 200 rows is exceeded by ")
                .hasStackTraceContaining("Most are of class DATA")
                .hasStackTraceContaining("'bad' (bad)");
        String checkpoint = newestCheckpoint();

        run(ROWS + " rows", "options: {execution.state-recovery.path: '" + checkpoint + "'}");

        assertThat(lines("bad").stream().map(letter -> letter.at("/row/id").asLong()).sorted())
                .containsExactlyElementsOf(Stream.iterate(0L, id -> id + 1).limit(ROWS).toList());
    }

    @Test
    void aShareIsLookedAtWhenTheInputEnds() throws Exception {
        Files.writeString(directory.resolve("rows.jsonl"), "{\"id\": 1}\n{\"id\": 2}\nno JSON\n");
        String file =
                """
                name: people
                restart: {attempts: 3, delay: 100 s}
                error-budget: %s
                sources:
                  - {name: people, type: json-lines, config: {path: rows.jsonl, fields: {id: bigint}}}
                sinks:
                  - {name: shown, type: print, input: people}
                  - {name: bad, type: dead-letters, input: people.dead-letters, config: {path: bad}}
                """;

        assertThatThrownBy(() -> runFile(file.formatted("33 %")))
                .hasStackTraceContaining(
                        "the error budget of 33 % is exceeded by 1 dead letter of 3 rows");
        runFile(file.formatted("34 %"));

        assertThat(lines("bad")).isNotEmpty();
    }

    private void run(String budget, String options) throws Exception {
        runFile(
                """
                name: budget
                parallelism: 2
                restart: {attempts: 3, delay: 100 s}
                error-budget: %s
                checkpoints: {interval: 100 ms, directory: checkpoints}
                %s
                sources:
                  - name: rows
                    type: datagen
                    config:
                      rows: %d
                      rows-per-second: 200
                      fields: {id: {type: bigint, kind: sequence}}
                steps:
                  - {name: texts, type: map, input: rows, config: {append: true, fields: {content: "ENCODE(CAST(id AS STRING), 'UTF-8')"}}}
                  - {name: decode, type: decode-image, input: texts, config: {height: 8, width: 8}}
                sinks:
                  - {name: shown, type: print, input: decode}
                  - {name: bad, type: dead-letters, input: decode.dead-letters, config: {path: bad}}
                """
                        .formatted(budget, options, ROWS));
    }

    private void runFile(String yaml) throws Exception {
        Path file = Files.writeString(directory.resolve("job.yaml"), yaml);
        JobMain.main(new String[] {"--config", file.toString()});
    }

    private String newestCheckpoint() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("checkpoints"))) {
            return files.filter(file -> file.endsWith("_metadata"))
                    .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
                    .orElseThrow()
                    .getParent()
                    .toUri()
                    .toString();
        }
    }

    private List<JsonNode> lines(String name) throws Exception {
        try (Stream<JsonNode> lines =
                JsonLines.read(
                        new org.apache.flink.core.fs.Path(directory.resolve(name).toUri()))) {
            return lines.toList();
        }
    }
}
