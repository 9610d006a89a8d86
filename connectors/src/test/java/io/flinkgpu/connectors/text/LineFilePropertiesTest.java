package io.flinkgpu.connectors.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.listing.FoundFile;
import io.flinkgpu.connectors.source.FileSplit;
import io.flinkgpu.connectors.source.ReadPosition;
import io.flinkgpu.connectors.source.RecordFormat.Positioned;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.flink.util.FileUtils;

class LineFilePropertiesTest {

    private static Path folder;

    @BeforeContainer
    static void createFolder() throws IOException {
        folder = Files.createTempDirectory("lines");
    }

    @AfterContainer
    static void deleteFolder() throws IOException {
        FileUtils.deleteDirectory(folder.toFile());
    }

    @Property(tries = 200)
    void everyLineComesOnceFromAnyPositionOn(
            @ForAll @Size(min = 1, max = 4) List<@From("lines") List<String>> files,
            @ForAll boolean isGzip,
            @ForAll boolean isWindows,
            @ForAll @IntRange(max = 40) int checkpoint)
            throws IOException {
        List<FoundFile> found = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (List<String> lines : files) {
            String text =
                    String.join(
                            "", lines.stream().map(l -> l + (isWindows ? "\r\n" : "\n")).toList());
            Path file = folder.resolve("lines" + found.size());
            Files.write(
                    file, isGzip ? TestingLines.gzip(text) : text.getBytes(StandardCharsets.UTF_8));
            found.add(FoundFile.named(new org.apache.flink.core.fs.Path(file.toUri())));
            expected.addAll(lines);
        }
        LineFormat format = new LineFormat(100, false);
        FileSplit split = new FileSplit("0", found, ReadPosition.startOf(0));

        List<Positioned<TextLine>> all = TestingLines.read(split, format);

        assertThat(texts(all)).isEqualTo(expected);
        if (!all.isEmpty()) {
            int last = checkpoint % all.size();
            FileSplit restored = new FileSplit("0", found, all.get(last).next());
            assertThat(TestingLines.read(restored, format))
                    .isEqualTo(all.subList(last + 1, all.size()));
        }
    }

    @Provide
    Arbitrary<List<String>> lines() {
        return Arbitraries.strings()
                .withChars("ab\u00fc\u20ac")
                .ofMaxLength(6)
                .list()
                .ofMaxSize(12);
    }

    private static List<String> texts(List<Positioned<TextLine>> records) {
        return records.stream().map(record -> record.record().text()).toList();
    }
}
