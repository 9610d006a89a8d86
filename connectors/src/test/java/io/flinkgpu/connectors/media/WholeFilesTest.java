package io.flinkgpu.connectors.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.FileLoader;
import io.flinkgpu.connectors.listing.FoundFile;
import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.ReadPosition;
import io.flinkgpu.connectors.source.RecordFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.core.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WholeFilesTest {

    private static final int FILES = 20;

    @TempDir java.nio.file.Path folder;

    private FileSplit split;

    @BeforeEach
    void writeFiles() throws IOException {
        List<FoundFile> files = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            String text = "file " + i;
            java.nio.file.Path file = Files.writeString(folder.resolve(i + ".txt"), text);
            files.add(new FoundFile(new Path(file.toUri()), text.length(), 1000 + i));
        }
        split = new FileSplit("0", files, ReadPosition.startOf(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 100})
    void readsEachFileInOrderFromAnyPositionOn(int concurrentReads) throws IOException {
        WholeFiles format = new WholeFiles(new FileLoader(1000, false), concurrentReads, 1);

        List<RecordFormat.Positioned<FileContent>> all = read(format, split);

        assertThat(all)
                .extracting(file -> new String(file.record().content(), StandardCharsets.UTF_8))
                .containsExactlyElementsOf(
                        IntStream.range(0, FILES).mapToObj(i -> "file " + i).toList());
        assertThat(all.get(3).record().contentType()).isEqualTo("text/plain");
        assertThat(all.get(3).timestampMillis()).isEqualTo(1003);
        for (int i = 0; i < FILES; i++) {
            FileSplit rest = new FileSplit("0", split.files(), all.get(i).next());
            assertThat(read(format, rest)).isEqualTo(all.subList(i + 1, FILES));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void goesOnBehindAFileThatCannotBeRead(int concurrentReads) throws IOException {
        Files.delete(folder.resolve("1.txt"));
        WholeFiles format = new WholeFiles(new FileLoader(1000, false), concurrentReads, 1);

        List<RecordFormat.Positioned<FileContent>> all = read(format, split);

        assertThat(all).hasSize(FILES);
        assertThat(all).filteredOn(RecordFormat.Positioned::isFailed).hasSize(1);
        assertThat(all.get(1).record().readFailure()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void readsFilesPassByPassFromAnyPositionOn(int concurrentReads) throws IOException {
        int passes = 3;
        WholeFiles format = new WholeFiles(new FileLoader(1000, false), concurrentReads, passes);

        List<RecordFormat.Positioned<FileContent>> all = read(format, split);

        assertThat(all)
                .extracting(file -> new String(file.record().content(), StandardCharsets.UTF_8))
                .containsExactlyElementsOf(
                        IntStream.range(0, passes * FILES)
                                .mapToObj(i -> "file " + i % FILES)
                                .toList());
        for (int i = 0; i < all.size(); i++) {
            FileSplit rest = new FileSplit("0", split.files(), all.get(i).next());
            assertThat(read(format, rest))
                    .extracting(RecordFormat.Positioned::record)
                    .isEqualTo(
                            all.subList(i + 1, all.size()).stream()
                                    .map(RecordFormat.Positioned::record)
                                    .toList());
        }
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> MediaFiles.of(folder.toString()).concurrentReads(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid concurrentReads: 0. It must be at least 1.");
    }

    private static List<RecordFormat.Positioned<FileContent>> read(
            WholeFiles format, FileSplit split) throws IOException {
        List<RecordFormat.Positioned<FileContent>> records = new ArrayList<>();
        try (RecordFormat.Reader<FileContent> reader = format.open(split)) {
            for (var next = reader.read(); next != null; next = reader.read()) {
                records.add(next);
            }
        }
        return records;
    }
}
