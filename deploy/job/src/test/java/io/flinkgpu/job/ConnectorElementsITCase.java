package io.flinkgpu.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Elements of connectors that need no service, in a Flink of this process. */
@Timeout(180)
class ConnectorElementsITCase {

    @TempDir private Path directory;

    @Test
    void filesGoToATableOfADatabase() throws Exception {
        Path images = Files.createDirectories(directory.resolve("in/a"));
        Files.writeString(images.resolve("one.dat"), "eins");
        Files.writeString(images.resolve("two.dat"), "zwei, zu lang");
        Files.writeString(images.resolve("three.raw"), "drei");
        String url = "jdbc:sqlite:" + directory.resolve("files.db");
        sql(url, "CREATE TABLE files (name TEXT PRIMARY KEY, text TEXT, size BIGINT)");

        run(
                """
                name: files
                sources:
                  - name: files
                    type: media-files
                    config: {path: "in/*/*.dat", max-file-size: 5 b, references: true}
                steps:
                  - name: texts
                    type: map
                    input: files
                    config:
                      fields:
                        name: REGEXP_EXTRACT(path, '([^/]+)$', 1)
                        text: DECODE(content, 'UTF-8')
                        size: size
                sinks:
                  - {name: table, type: jdbc, input: texts, config: {url: "%s", table: files, key: name}}
                """
                        .formatted(url));

        assertThat(rows(url, "SELECT name, text, size FROM files ORDER BY name"))
                .containsExactly("one.dat|eins|4", "two.dat|null|13");
    }

    @Test
    void samplesGoThroughATableOfIceberg() throws Exception {
        Files.writeString(directory.resolve("cat.bin"), "cat");
        tar(
                directory.resolve("train-0.tar"),
                "a.path",
                directory.resolve("cat.bin").toUri().toString(),
                "a.cls",
                "7\n",
                "b.path",
                directory.resolve("missing.bin").toUri().toString(),
                "b.cls",
                "8",
                "b.json",
                "[0.5,2]",
                "c.path",
                "x",
                "c.cls",
                "nine");

        run(
                """
                name: write
                checkpoints: {interval: 200 ms}
                sources:
                  - name: samples
                    type: tar-shards
                    config:
                      path: "*.tar"
                      fields: {path: {member: [url, path], type: string}, label: {member: cls, type: int}, scores: {member: json, type: array<float>, optional: true}}
                sinks:
                  - {name: table, type: iceberg, input: samples, config: {catalog: {warehouse: tables}, table: train.samples, partition-by: label}}
                  - {name: bad, type: dead-letters, input: samples.dead-letters, config: {path: bad-samples}}
                """);
        run(
                """
                name: read
                sources:
                  - {name: files, type: iceberg, config: {catalog: {warehouse: tables}, table: train.samples}}
                  - name: columns
                    type: parquet
                    config:
                      path: tables/train/samples/data
                      fields: {name: string, label: bigint, scores: array<float>}
                      columns: {name: key}
                sinks:
                  - {name: labels, type: json-lines, input: columns, config: {path: labels}}
                  - {name: bad-columns, type: dead-letters, input: columns.dead-letters, config: {path: bad-columns}}
                  - {name: rows, type: json-lines, input: files, config: {path: rows}}
                  - {name: bad, type: dead-letters, input: files.dead-letters, config: {path: bad-files}}
                """);

        assertThat(lines("bad-samples"))
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.path("row").path("key").asText()).isEqualTo("c");
                            assertThat(letter.path("cause").asText())
                                    .startsWith("Invalid field 'label': its member is no JSON");
                        });
        assertThat(lines("rows"))
                .singleElement()
                .satisfies(row -> assertThat(row.path("content").binaryValue()).hasSize(3));
        assertThat(lines("labels"))
                .extracting(ConnectorElementsITCase::fields)
                .containsExactlyInAnyOrder(
                        List.of("a", "1", "7", "null"), List.of("b", "1", "8", "[0.5,2.0]"));
        assertThat(lines("labels")).allMatch(row -> row.path("path").asText().endsWith(".parquet"));
        assertThat(directory.resolve("bad-columns")).doesNotExist();
        assertThat(lines("bad-files"))
                .singleElement()
                .satisfies(
                        letter ->
                                assertThat(letter.path("row").path("path").asText())
                                        .endsWith("missing.bin"));
    }

    private static List<String> fields(JsonNode row) {
        return List.of(
                row.path("name").asText(),
                row.path("row").asText(),
                row.path("label").asText(),
                row.path("scores").toString());
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

    private static void tar(Path file, String... namesAndTexts) throws Exception {
        try (OutputStream bytes = Files.newOutputStream(file);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (int i = 0; i < namesAndTexts.length; i += 2) {
                byte[] content = namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(namesAndTexts[i]);
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
    }

    private static void sql(String url, String text) throws Exception {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private static List<String> rows(String url, String query) throws Exception {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            List<String> rows = new ArrayList<>();
            while (found.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    values.add(String.valueOf(found.getString(i)));
                }
                rows.add(String.join("|", values));
            }
            return rows;
        }
    }
}
