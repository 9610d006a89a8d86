package io.flinkgpu.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.core.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {

    private record Row(String file, long batch, float score) {}

    private static final JsonLineEncoder<Row> ENCODER =
            (row, line) ->
                    line.string("file", row.file())
                            .number("batch", row.batch())
                            .number("score", row.score());

    @TempDir java.nio.file.Path folder;

    @Test
    void writesOneObjectALine() throws IOException {
        assertThat(write(new Row("a.jpg", 1, 0.9f), new Row("b.jpg", Long.MAX_VALUE, 1e-7f)))
                .isEqualTo(
                        """
                        {"file":"a.jpg","batch":1,"score":0.9}
                        {"file":"b.jpg","batch":9223372036854775807,"score":1.0E-7}
                        """);
    }

    @Test
    void writesNumbersThatJsonLacksAsNull() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        JsonLines.write(
                Float.NaN,
                (value, line) ->
                        line.number("float", value)
                                .number("double", Double.NEGATIVE_INFINITY)
                                .number("finite", 0.1)
                                .numbers("floats", new float[] {0.5f, Float.NaN})
                                .string("none", null)
                                .bool("flag", true),
                out);

        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"float\":null,\"double\":null,\"finite\":0.1,\"floats\":[0.5,null],\"none\":null,\"flag\":true}\n");
    }

    @Test
    void keepsEveryPathOnOneLine() throws IOException {
        String path = "file:/a \"b\"\\c\nd\r\te\u0000\u2028\u00e4\ud83d\ude00.jpg";

        String written = write(new Row(path, 1, 0));

        assertThat(written.lines()).hasSize(1);
        JsonNode read = new ObjectMapper().readTree(written);
        assertThat(read.get("file").textValue()).isEqualTo(path);
    }

    @Test
    void leavesTheStreamOpenAndUnflushed() throws IOException {
        int[] calls = new int[2];
        ByteArrayOutputStream out =
                new ByteArrayOutputStream() {
                    @Override
                    public void flush() {
                        calls[0]++;
                    }

                    @Override
                    public void close() {
                        calls[1]++;
                    }
                };

        JsonLines.write(new Row("a", 1, 0), ENCODER, out);

        assertThat(calls).containsExactly(0, 0);
        assertThat(out.size()).isPositive();
    }

    @Test
    void readsFinishedFilesOnly() throws IOException {
        Files.writeString(folder.resolve("part-b-0.jsonl"), "{\"n\":3}\n");
        Files.writeString(folder.resolve("part-a-0.jsonl"), "{\"n\":1}\n{\"n\":2}\n");
        Files.writeString(folder.resolve("part-c-0.jsonl"), "");
        Files.writeString(folder.resolve(".part-a-1.jsonl.inprogress.1"), "{\"n\":4}\n");
        Files.writeString(folder.resolve(".part-a-2.jsonl"), "{\"n\":5}\n");
        Files.writeString(folder.resolve("report.json"), "{\"n\":6}\n");
        Files.createDirectory(folder.resolve("dead-letters.jsonl"));

        try (Stream<JsonNode> lines = JsonLines.read(new Path(folder.toUri()))) {
            assertThat(lines.map(line -> line.get("n").intValue())).containsExactly(1, 2, 3);
        }
    }

    @Test
    void refusesToReadAMissingDirectory() {
        Path missing = new Path(folder.resolve("missing").toUri());

        assertThatThrownBy(() -> JsonLines.read(missing))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "Cannot list directory '%s': it does not exist, or listing is denied.",
                        missing);
    }

    @Test
    void namesTheFileOfALineThatIsNotJson() throws IOException {
        Files.writeString(folder.resolve("part-0.jsonl"), "{\"n\":\n");

        try (Stream<JsonNode> lines = JsonLines.read(new Path(folder.toUri()))) {
            assertThatThrownBy(lines::toList)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageStartingWith("Cannot parse a line of 'file:")
                    .hasMessageContaining("part-0.jsonl");
        }
    }

    @Test
    void acceptsPrefixesThatDoNotHideFiles() {
        Path directory = new Path(folder.toUri());

        assertThatCode(() -> JsonLines.sink(directory, "dead", ENCODER)).doesNotThrowAnyException();
        for (String prefix : List.of("", " ", ".part", "_part", "a/b")) {
            assertThatThrownBy(() -> JsonLines.sink(directory, prefix, ENCODER))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("Invalid prefix: '" + prefix + "'.");
        }
    }

    @Test
    void listsAgainWhereAFileGetsItsNameInTheMiddle() throws IOException {
        java.nio.file.Path directory = Files.createDirectory(folder.resolve("written"));
        Files.writeString(directory.resolve("part-0.jsonl"), "{\"id\":1}\n");
        TestingFileSystem.resetCounters();

        try (Stream<JsonNode> lines = JsonLines.read(TestingFileSystem.path(directory))) {
            assertThat(lines).hasSize(1);
        }
    }

    @Test
    void givesUpOnADirectoryThatCannotBeListed() {
        Path directory = TestingFileSystem.path(folder.resolve("vanishing"));

        assertThatThrownBy(() -> JsonLines.read(directory))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessageContaining("vanishing");
    }

    private static String write(Row... rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Row row : rows) {
            JsonLines.write(row, ENCODER, out);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
