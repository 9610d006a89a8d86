package io.flinkgpu.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.job.element.NewOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
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

    @TempDir private Path directory;

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
        String plain = FILES.replace(", new-only: true", "");
        assertThat(read(plain, NewOnly.LATEST).describe()).contains("new files: 0 of 3");
        assertThatThrownBy(() -> read(FILES.replace(", directory: checkpoints", ""), ""))
                .hasMessageContaining(
                        "line 4: Invalid new-only of source 'files': the file has no place to keep what runs have read. Add checkpoints.directory.");
    }

    @Test
    void aRunReadsTheRowsOfNewSnapshots() throws Exception {
        add("a", "b");
        run(FILL, "");
        run(TABLE, "");
        assertThat(names()).containsExactly("a", "b");

        add("c");
        run(FILL, "");
        assertThat(read(TABLE, "").describe()).contains("new rows: after snapshot ");
        run(TABLE, "");
        assertThat(read(TABLE, "").describe()).contains("new rows: none since snapshot ");
        run(TABLE, "");

        assertThat(names()).containsExactly("a", "b", "c");
    }

    private void add(String... names) throws IOException {
        Path in = Files.createDirectories(directory.resolve("in"));
        for (String name : names) {
            Files.writeString(in.resolve(name), name);
        }
    }

    private PipelineJob read(String yaml, String since) throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put(NewOnly.VARIABLE, since);
        return PipelineJob.read(
                Files.writeString(directory.resolve("job.yaml"), yaml),
                JobReading.ofProcess().withEnvironment(environment));
    }

    /** Runs a file to its end, and says the id of its job. */
    private String run(String yaml, String since) throws Exception {
        PipelineJob job = read(yaml, since);
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        return environment.execute(job.define(environment)).getJobID().toHexString();
    }

    private List<String> names() throws IOException {
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
