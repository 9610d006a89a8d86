package io.flinkgpu.deploy.resume;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.deploy.job.JobRunCommand;
import io.flinkgpu.deploy.runs.RunsCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A run that its error budget has stopped goes on with a larger one, by its name. */
@Timeout(180)
class BudgetResumeITCase {

    private static final Path MODEL = Path.of("src/main/dist/examples/digits/model");
    private static final int ROWS = 400;

    @TempDir private Path directory;
    private String failure = "";

    @Test
    void theLedgerNamesTheCauseAndResumeGoesOn() throws Exception {
        Path file =
                Files.writeString(
                        directory.resolve("job.yaml"),
                        """
                        name: budgeted
                        error-budget: ${BUDGET:-200 rows}
                        checkpoints: {interval: 100 ms, directory: checkpoints}
                        sources:
                          - name: rows
                            type: datagen
                            config:
                              rows: %d
                              rows-per-second: 200
                              fields:
                                id: {type: bigint, kind: sequence}
                                pixels: {type: array<float>, length: 1024}
                        steps:
                          - {name: classify, type: infer, input: rows, config: {model: %s, inputs: {image: pixels}, outputs: {label: label}, drop: pixels}}
                          - {name: texts, type: map, input: rows, config: {fields: {id: id, content: "ENCODE('no image', 'UTF-8')"}}}
                          - {name: decode, type: decode-image, input: texts, config: {height: 8, width: 8}}
                        sinks:
                          - {name: results, type: json-lines, input: classify, config: {path: results}}
                          - {name: images, type: json-lines, input: decode, config: {path: images}}
                          - {name: bad, type: dead-letters, input: decode.dead-letters, config: {path: bad}}
                        """
                                .formatted(ROWS, MODEL.toAbsolutePath()));

        execute(new JobRunCommand(), file.toString(), "--simulated", ledger());
        assertThat(failure)
                .contains("Cannot go on: the error budget of 200 rows is exceeded by ")
                .contains("Most are of class DATA");
        assertThat(execute(new RunsCommand(), "show", "budgeted", ledger()))
                .contains("FAILED")
                .contains("the error budget of 200 rows is exceeded by ");

        failure = "";
        execute(new ResumeCommand(), "budgeted", "--set=BUDGET=400 rows", ledger());

        assertThat(failure).isEmpty();
        assertThat(ids("results", "/id")).containsExactlyElementsOf(all());
        assertThat(ids("bad", "/row/id")).containsExactlyElementsOf(all());
    }

    private String ledger() {
        return "--ledger=jdbc:sqlite:" + directory.resolve("ledger.db");
    }

    private static List<Long> all() {
        return LongStream.range(0, ROWS).boxed().toList();
    }

    private String execute(Object command, String... arguments) {
        StringWriter out = new StringWriter();
        int unused =
                new CommandLine(command)
                        .setOut(new PrintWriter(out, true))
                        .setExecutionExceptionHandler(
                                (exception, line, parsed) -> {
                                    failure = String.valueOf(exception.getMessage());
                                    return CommandLine.ExitCode.SOFTWARE;
                                })
                        .execute(arguments);
        return out.toString();
    }

    private List<Long> ids(String name, String field) throws Exception {
        try (Stream<JsonNode> lines =
                JsonLines.read(
                        new org.apache.flink.core.fs.Path(directory.resolve(name).toUri()))) {
            return lines.map(row -> row.at(field).asLong()).sorted().toList();
        }
    }
}
