package io.flinkgpu.connectors.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.listing.FoundFile;
import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.ReadPosition;
import io.flinkgpu.connectors.source.RecordFormat.Positioned;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineFileReaderTest {

    private static final int LIMIT = 10;

    @TempDir Path folder;

    @Test
    void endsLinesAsUnixAndWindowsDo() throws IOException {
        FileSplit split = split(write("a.txt", "one\ntwo\r\n\nfo\rur\n\u00fcber"));

        assertThat(texts(split)).containsExactly("one", "two", "", "fo\rur", "\u00fcber");
    }

    @Test
    void readsOneFileAfterAnother() throws IOException {
        Path missing = folder.resolve("missing.txt");
        FileSplit split =
                split(write("a", "a1\na2\n"), write("empty", ""), missing, write("b", "b1"));

        List<TextLine> lines = lines(split);

        assertThat(lines).extracting(TextLine::text).containsExactly("a1", "a2", "", "b1");
        assertThat(lines).extracting(TextLine::number).containsExactly(1L, 2L, 1L, 1L);
        assertFailed(lines.get(2), "is damaged or missing from here on");
        assertThat(lines.get(3).path()).endsWith("/b");
    }

    @Test
    void leavesOutLinesThatAreTooLong() throws IOException {
        String marked = "\ufeff" + "x".repeat(LIMIT) + "\r\n";
        FileSplit split =
                split(
                        write(
                                "a",
                                marked
                                        + "y".repeat(LIMIT + 1)
                                        + "\n"
                                        + "z".repeat(300_000)
                                        + "\nend"));

        List<TextLine> lines = lines(split);

        assertThat(lines)
                .extracting(TextLine::text)
                .containsExactly("x".repeat(LIMIT), "", "", "end");
        assertThat(lines.get(1).failure())
                .isEqualTo(
                        new ReadFailure(
                                BadLineException.class.getName(),
                                "Cannot read line 2 of '%s': it is longer than the limit of 10 bytes (maxLineSize)."
                                        .formatted(lines.get(1).path())));
        assertFailed(lines.get(2), "Cannot read line 3");
    }

    @Test
    void tellsWhatIsNotUtf8() throws IOException {
        Path file = folder.resolve("latin1");
        Files.write(file, "good\n\u00fcber\nagain".getBytes(StandardCharsets.ISO_8859_1));

        List<TextLine> lines = lines(split(file));

        assertThat(lines).extracting(TextLine::text).containsExactly("good", "", "again");
        assertFailed(lines.get(1), "its bytes are not UTF-8");
    }

    @Test
    void readsGzipOfSeveralMembers() throws IOException {
        byte[] first = TestingLines.gzip("one\ntw");
        byte[] second = TestingLines.gzip("o\nthree\n");
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        Path file = Files.write(folder.resolve("a.gz"), both);

        assertThat(texts(split(file))).containsExactly("one", "two", "three");
    }

    @Test
    void givesUpADamagedGzipAtItsPlace() throws IOException {
        byte[] gzip = TestingLines.gzip("one\n".repeat(100_000) + Math.PI);
        Path cut = Files.write(folder.resolve("a.gz"), Arrays.copyOf(gzip, gzip.length - 20));

        List<TextLine> lines = lines(split(cut, write("b", "b1")));

        TextLine last = lines.get(lines.size() - 2);
        assertFailed(last, "is damaged or missing from here on");
        assertThat(last.number()).isEqualTo(lines.size() - 1L);
        assertThat(lines.get(lines.size() - 1).text()).isEqualTo("b1");
    }

    @Test
    void takesJsonObjectsAlone() throws IOException {
        FileSplit split =
                split(
                        write(
                                "a.jsonl",
                                "{\"a\":1}\n\n  \n[1]\n{\"a\":\n{\"a\":1} {}\n {\"a\":2} \n"));

        List<TextLine> lines =
                read(split, new LineFormat(100, true)).stream().map(Positioned::record).toList();

        assertThat(lines).extracting(TextLine::number).containsExactly(1L, 4L, 5L, 6L, 7L);
        assertThat(lines.get(0).json().get("a").intValue()).isEqualTo(1);
        assertFailed(lines.get(1), "it is not one JSON object (it is ARRAY)");
        assertFailed(lines.get(2), "it is not one JSON object (Unexpected end-of-input");
        assertFailed(lines.get(3), "it is not one JSON object (Trailing token");
        assertThat(lines.get(4).json().get("a").intValue()).isEqualTo(2);
        assertThatThrownBy(() -> lines.get(1).json())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid line 4 of '");
    }

    @Test
    void refusesLimitsOutOfBounds() {
        assertThatThrownBy(() -> TextLines.of("/a").maxLineSize(MemorySize.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid maxLineSize: 0 bytes. It must be within 1 and 2147483631 bytes.");
        assertThat(TextLines.of("/a").maxLineSize(new MemorySize(1))).isNotNull();
    }

    private static void assertFailed(TextLine line, String cause) {
        assertThat(line.failure()).isNotNull();
        assertThat(line.failure().cause()).contains(cause);
        assertThat(line.text()).isEmpty();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static List<String> texts(FileSplit split) throws IOException {
        return lines(split).stream().map(TextLine::text).toList();
    }

    private static List<TextLine> lines(FileSplit split) throws IOException {
        return read(split, new LineFormat(LIMIT, false)).stream().map(Positioned::record).toList();
    }

    private static List<Positioned<TextLine>> read(FileSplit split, LineFormat format)
            throws IOException {
        return TestingLines.read(split, format);
    }

    private static FileSplit split(Path... files) {
        List<FoundFile> found =
                Arrays.stream(files)
                        .map(Path::toUri)
                        .map(org.apache.flink.core.fs.Path::new)
                        .map(FoundFile::named)
                        .toList();
        return new FileSplit("0", found, ReadPosition.startOf(0));
    }
}
