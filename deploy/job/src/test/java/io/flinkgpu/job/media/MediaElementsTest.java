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

    private TestingJobFiles files() {
        return TestingJobFiles.in(directory);
    }
}
