package io.flinkgpu.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.connectors.mark.RunMark;
import io.flinkgpu.job.element.NewOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs that read only what no earlier run has read, in a Flink of this process. */
@Timeout(180)
class NewOnlyITCase {

    private static final String FILES =
            """
            name: nightly run
            checkpoints: {interval: 200 ms, directory: checkpoints}
            sources:
              - {name: files, type: media-files, config: {path: in, new-only: true}}
            sinks:
              - {name: rows, type: json-lines, input: files, config: {path: rows}}
            """;

    private static final String FILL =
            """
            name: fill
            checkpoints: {interval: 200 ms, directory: checkpoints}
            sources:
              - {name: files, type: media-files, config: {path: in, new-only: true}}
            steps:
              - {name: paths, type: map, input: files, config: {fields: {path: path}}}
            sinks:
              - {name: table, type: iceberg, input: paths, config: {catalog: {warehouse: tables}, table: a.files}}
            """;

    private static final String TABLE =
            """
            name: nightly table
            checkpoints: {interval: 200 ms, directory: checkpoints}
            sources:
              - {name: files, type: iceberg, config: {catalog: {warehouse: tables}, table: a.files, new-only: true}}
            sinks:
              - {name: rows, type: json-lines, input: files, config: {path: rows}}
              - {name: bad, type: dead-letters, input: files.dead-letters, config: {path: bad}}
            """;

    /** A step that cannot do a row, and a sink that has it. */
    private static final String BROKEN =
            """
              - {name: numbers, type: json-lines, input: number, config: {path: numbers}}
            steps:
              - {name: number, type: map, input: files, config: {fields: {n: "CAST(path AS BIGINT)"}}}
            restart: {attempts: 0}
            """;

    private static final String TICKS =
            """
              - {name: others, type: json-lines, input: ticks, config: {path: ticks}}
            """;

    @TempDir private Path directory;
    private final String token = RunMark.newToken(Instant.now());
    private final Map<String, String> begun = Map.of(NewOnly.MARK_VARIABLE, token);

    @Test
    void aRunReadsTheFilesThatAreNew() throws Exception {
        add("a", "b");
        assertThat(read(FILES, "").describe()).contains("new files: 2 of 2");
        String first = run(FILES, "");
        assertThat(names()).containsExactly("a", "b");

        add("c");
        assertThat(read(FILES, "").describe()).contains("new files: 1 of 3");
        run(FILES, "");
        run(FILES, "");
        assertThat(names()).containsExactly("a", "b", "c");

        assertThat(read(FILES, first).describe()).contains("new files: 1 of 3");
        assertThatThrownBy(() -> read(FILES, "none"))
                .hasMessageContaining("Cannot tell new files: run 'none' has left nothing in ");
        String other = FILES.replace("media-files", "files").replace(", new-only: true", "");
        assertThatThrownBy(() -> read(other, NewOnly.LATEST))
                .hasMessageContaining(
                        "Cannot read source 'files' since a run: its type does not remember what runs have read.");
        String plain = FILES.replace(", new-only: true", "");
        assertThat(read(plain, NewOnly.LATEST).describe()).contains("new files: 0 of 3");
        assertThatThrownBy(() -> read(FILES.replace(", directory: checkpoints", ""), ""))
                .hasMessageContaining(
                        "line 4: Invalid new-only of source 'files': the file has no place to keep what runs have read. Add checkpoints.directory.");
    }

    @Test
    void aRunReadsTheRowsOfNewSnapshots() throws Exception {
        assertThatThrownBy(() -> read(TABLE, ""))
                .hasMessageContaining(
                        "Cannot tell new rows of table 'a.files': it has no snapshot yet.");
        add("a", "b");
        run(FILL, "");
        run(TABLE, "");
        assertThat(names()).containsExactly("a", "b");

        String later = RunMark.newToken(Instant.now());
        Map<String, String> resumed = Map.of(NewOnly.MARK_VARIABLE, later);
        beginOnly(TABLE, resumed);
        add("c");
        run(FILL, "");
        assertThatThrownBy(() -> read(TABLE, ""))
                .hasMessageContaining("run %s has not come".formatted(later));
        assertThat(read(TABLE, resumed).describe()).contains("new rows: none since snapshot ");
        run(TABLE, resumed);
        assertThat(names()).containsExactly("a", "b");

        assertThat(read(TABLE, "").describe()).contains("new rows: after snapshot ");
        run(TABLE, "");
        assertThat(read(TABLE, "").describe()).contains("new rows: none since snapshot ");

        assertThat(names()).containsExactly("a", "b", "c");
    }

    @Test
    void aRunThatFailedHasReadNothing() throws Exception {
        add("a", "b");
        assertThatThrownBy(() -> run(FILES + BROKEN, begun))
                .hasStackTraceContaining("NumberFormatException");

        assertThatThrownBy(() -> read(FILES, ""))
                .hasMessageContaining(
                        "Cannot tell what is new for source 'files': run %s has not come to its end. Wait for it or resume it ('./flink-gpu resume nightly run'), or give --again"
                                .formatted(token));
        assertThat(read(FILES, Map.of(NewOnly.AGAIN_VARIABLE, "true")).describe())
                .contains("new files: 2 of 2");

        // As a resume does of a run that failed before its first checkpoint.
        add("c");
        run(FILES, begun);

        assertThat(names()).containsExactly("a", "b", "c");
        assertThat(read(FILES, "").describe()).contains("new files: 0 of 3");
        assertThatThrownBy(() -> read(FILES, begun))
                .hasMessageContaining("run %s has come to its end already.".formatted(token));
    }

    @Test
    void aRunThatWasCancelledHasReadNothing() throws Exception {
        add("a");
        String endless =
                FILES.replace(
                                "sinks:",
                                "  - {name: ticks, type: datagen, config: {rows-per-second: 10, fields: {id: {type: bigint, kind: sequence}}}}\nsinks:")
                        + TICKS;
        PipelineJob job = read(endless, begun);
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        JobClient running = environment.executeAsync(job.define(environment));
        await().atMost(Duration.ofSeconds(60)).until(() -> names().contains("a"));
        CompletableFuture<JobExecutionResult> result = running.getJobExecutionResult();
        running.cancel().get();
        assertThat(result).failsWithin(Duration.ofSeconds(60));

        assertThatThrownBy(() -> read(FILES, ""))
                .hasMessageContaining("run %s has not come".formatted(token));
        run(FILES, Map.of(NewOnly.AGAIN_VARIABLE, "true"));

        assertThat(names()).containsExactly("a", "a");
        assertThat(read(FILES, "").describe()).contains("new files: 0 of 1");
    }

    private void add(String... names) throws IOException {
        Path in = Files.createDirectories(directory.resolve("in"));
        for (String name : names) {
            Files.writeString(in.resolve(name), name);
        }
    }

    private PipelineJob read(String yaml, String since) throws IOException {
        return read(yaml, Map.of(NewOnly.VARIABLE, since));
    }

    private PipelineJob read(String yaml, Map<String, String> environment) throws IOException {
        return PipelineJob.read(
                Files.writeString(directory.resolve("job.yaml"), yaml),
                JobReading.ofProcess().withEnvironment(environment));
    }

    /** Runs a file to its end, and says the id of its job. */
    private String run(String yaml, String since) throws Exception {
        return run(yaml, Map.of(NewOnly.VARIABLE, since));
    }

    private String run(String yaml, Map<String, String> environment) throws Exception {
        PipelineJob job = read(yaml, environment);
        StreamExecutionEnvironment flink = StreamExecutionEnvironment.getExecutionEnvironment();
        return flink.execute(job.define(flink)).getJobID().toHexString();
    }

    /** As a run does that fails before its first checkpoint. */
    private void beginOnly(String yaml, Map<String, String> environment) throws Exception {
        StreamExecutionEnvironment flink = StreamExecutionEnvironment.getExecutionEnvironment();
        StreamGraph unused = read(yaml, environment).define(flink);
    }

    private List<String> names() throws IOException {
        if (!Files.exists(directory.resolve("rows"))) {
            return List.of();
        }
        try (Stream<JsonNode> lines =
                JsonLines.read(
                        new org.apache.flink.core.fs.Path(directory.resolve("rows").toUri()))) {
            return lines.map(row -> row.path("path").asText())
                    .map(path -> path.substring(path.lastIndexOf('/') + 1))
                    .sorted()
                    .toList();
        }
    }
}
