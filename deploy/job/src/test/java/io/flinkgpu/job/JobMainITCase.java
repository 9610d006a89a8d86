package io.flinkgpu.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Job files as {@code flink run} starts them, in a Flink of this process. */
@Timeout(180)
class JobMainITCase {

    @TempDir private Path directory;

    @Test
    void runsSourcesStepsAndSinks() throws Exception {
        Files.writeString(
                directory.resolve("people.jsonl"),
                """
                {"id": 1, "name": "Ada", "scores": [0.5, 2]}
                {"id": 2, "name": "Bob", "scores": [3, 1]}
                no JSON
                {"id": "three"}
                {"id": 4}
                """);
        run(
                """
                name: people
                parallelism: 2
                sources:
                  - name: people
                    type: json-lines
                    config:
                      path: people.jsonl
                      fields: {id: bigint, name: string, scores: array<double>}
                  - name: numbers
                    type: datagen
                    config:
                      rows: 10
                      fields:
                        id: {type: bigint, kind: sequence, min: 10}
                        name: {type: string, length: 3}
                        scores: {type: array<double>, length: 2, max: 1}
                steps:
                  - {name: all, type: union, input: [people, numbers]}
                  - {name: some, type: filter, input: all, config: {keep: id < 15 AND scores IS NOT NULL}}
                  - name: best
                    type: map
                    input: some
                    parallelism: 1
                    config:
                      append: true
                      drop: scores
                      fields:
                        upper: UPPER(name)
                        best: ARRAY_POSITION(scores, ARRAY_MAX(scores)) - 1
                        bytes: ENCODE(name, 'UTF-8')
                        twice: CAST(ARRAY[id, id] AS ARRAY<BIGINT>)
                sinks:
                  - {name: results, type: json-lines, input: best, config: {path: out, prefix: people}}
                  - {name: bad, type: dead-letters, input: people.dead-letters, config: {path: bad}}
                  - {name: shown, type: print, input: best}
                """);

        List<JsonNode> results = lines("out");
        assertThat(results).hasSize(2 + 5);
        assertThat(results)
                .anySatisfy(
                        row ->
                                assertThat(row)
                                        .hasToString(
                                                "{\"id\":1,\"name\":\"Ada\",\"upper\":\"ADA\",\"best\":1,\"bytes\":\"QWRh\",\"twice\":[1,1]}"));
        assertThat(lines("bad"))
                .hasSize(2)
                .allSatisfy(
                        letter -> {
                            assertThat(letter.path("element").asText()).isEqualTo("people");
                            assertThat(letter.path("row").path("line").isTextual()).isTrue();
                        })
                .extracting(letter -> letter.path("cause").asText())
                .contains("Invalid field 'id': \"three\". It must be bigint.");
    }

    @Test
    void whatNobodyTakesAsADeadLetterFailsTheJob() throws Exception {
        Files.writeString(directory.resolve("people.jsonl"), "no JSON\n");

        assertThatThrownBy(
                        () ->
                                run(
                                        """
                                        name: people
                                        restart: {attempts: 0}
                                        sources:
                                          - {name: people, type: json-lines, config: {path: people.jsonl, fields: {id: bigint}}}
                                        sinks:
                                          - {name: shown, type: print, input: people}
                                        """))
                .hasStackTraceContaining("Take its dead letters with input: people.dead-letters.");
    }

    @Test
    void asksAModelAsItsSignatureSays() throws Exception {
        Path digits =
                Path.of("..", "cli", "src", "main", "dist", "examples", "digits").toRealPath();
        Files.writeString(directory.resolve("letter.jpg"), "This is no image.");
        run(
                """
                name: digits
                sources:
                  - {name: images, type: files, config: {path: [%s, letter.jpg]}}
                steps:
                  - {name: decode, type: decode-image, input: images, config: {height: 32, width: 32, channels: 1}}
                  - name: classify
                    type: infer
                    input: decode
                    config:
                      model: %s
                      inputs: {image: pixels}
                      outputs: {scores: probabilities}
                      drop: [pixels, size]
                sinks:
                  - {name: results, type: json-lines, input: classify, config: {path: out}}
                  - {name: bad, type: dead-letters, input: [decode.dead-letters, classify.dead-letters], config: {path: bad}}
                """
                        .formatted(digits.resolve("images/7"), digits.resolve("model")));

        assertThat(lines("out"))
                .hasSize(400)
                .allSatisfy(row -> assertThat(row.path("scores")).hasSize(10));
        assertThat(lines("bad"))
                .singleElement()
                .satisfies(
                        letter ->
                                assertThat(letter.path("row").path("path").asText())
                                        .endsWith("letter.jpg"));
    }

    private void run(String yaml) throws Exception {
        Path file = Files.writeString(directory.resolve("job.yaml"), yaml);
        JobMain.main(new String[] {"--config", file.toString()});
    }

    private List<JsonNode> lines(String name) throws Exception {
        try (Stream<JsonNode> lines =
                JsonLines.read(
                        new org.apache.flink.core.fs.Path(directory.resolve(name).toUri()))) {
            return lines.toList();
        }
    }
}
