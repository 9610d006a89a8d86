package io.flinkgpu.job.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.job.TestingJobFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MediaElementsTest {

    private static final String VALID =
            """
            name: job
            sources:
              - name: files
                type: media-files
                config: {path: "*.jpg", monitor: 1 s, min-age: 5 s}
              - name: samples
                type: tar-shards
                config: {path: a.tar, fields: {image: {member: jpg}, label: {member: cls, type: int}}}
            sinks:
              - {name: shown, type: print, input: files}
              - {name: others, type: print, input: samples}
            """;

    @TempDir private Path directory;

    @BeforeEach
    void createFiles() throws Exception {
        Files.writeString(directory.resolve("a.jpg"), "");
        Files.writeString(directory.resolve("a.tar"), "");
    }

    @Test
    void planSaysRows() throws Exception {
        assertThat(files().describe(VALID))
                .contains(
                        "rows: path string, content bytes, contentType string, size bigint, modified timestamp")
                .contains("rows: key string, shard string, image bytes, label int");
    }

    @Test
    void tellsWhatIsWrong() {
        assertThat(files().problems(VALID.replace("monitor: 1 s, ", "")))
                .singleElement()
                .asString()
                .startsWith("line 5: Invalid min-age of source 'files': '5 s'.")
                .endsWith("It needs the key monitor. Add it, or remove this one.");
        assertThat(files().problems(VALID.replace("a.tar", "b.tar")))
                .singleElement()
                .asString()
                .startsWith("line 8: ")
                .contains("b.tar");
        assertThat(files().problems(VALID.replace("label: {member", "key: {member")))
                .singleElement()
                .asString()
                .contains("two fields are named 'key'");
    }

    private static final String PARQUET =
            """
            name: job
            sources:
              - name: rows
                type: parquet
                config:
                  path: a.parquet
                  fields: {text: string, where: string}
                  columns: {where: path}
            sinks:
              - {name: shown, type: print, input: rows}
            """;

    @Test
    void planOfParquetLooksAtTheFirstFile() throws Exception {
        Files.writeString(directory.resolve("a.parquet"), "This is no Parquet.");

        assertThat(files().describe(PARQUET))
                .contains("rows: path string, row bigint, text string, where string")
                .containsPattern("first file: Cannot read 'file:.*a.parquet' from row 1 on: ");
    }

    @Test
    void tellsWhatIsWrongWithColumns() throws Exception {
        Files.writeString(directory.resolve("a.parquet"), "");

        assertThat(files().problems(PARQUET.replace("where: string}", "path: string}")))
                .containsExactly(
                        "line 7: Invalid field 'path': rows have a field of that name, which says where they come from. Call it otherwise, and name its column: columns: {NAME: path}.",
                        "line 8: Invalid name 'where' in columns: it is none of the fields. Known are [text, path].");
        assertThat(files().problems(PARQUET.replace("where: path}", "where: text}")))
                .singleElement()
                .asString()
                .contains("Invalid field 'where' of column 'text': ");
    }

    private TestingJobFiles files() {
        return TestingJobFiles.in(directory);
    }
}
