package io.flinkgpu.deploy.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitsDataSetTest {
    private final DigitPainter painter = new DigitPainter(DigitFonts.available());

    @TempDir Path directory;

    @Test
    void writesDecodableJpegFilesOf32Pixels() throws IOException {
        DigitsDataSet data = DigitsDataSet.write(directory, 20, 10, 1, painter);

        for (LabelledFile file : data.train()) {
            byte[] bytes = Files.readAllBytes(data.resolve(file));
            BufferedImage image = ImageIO.read(data.resolve(file).toFile());
            assertThat(bytes).startsWith(0xff, 0xd8, 0xff);
            assertThat(image.getWidth()).isEqualTo(32);
            assertThat(image.getHeight()).isEqualTo(32);
        }
    }

    @Test
    void listsEveryFileInOneListAlone() throws IOException {
        DigitsDataSet.write(directory, 25, 13, 1, painter);

        List<String> train = Files.readAllLines(directory.resolve("train.txt"));
        List<String> test = Files.readAllLines(directory.resolve("test.txt"));
        assertThat(train).hasSize(25).doesNotContainAnyElementsOf(test);
        assertThat(test).hasSize(13);
        assertThat(Stream.concat(train.stream(), test.stream()))
                .containsExactlyInAnyOrderElementsOf(writtenFiles());
    }

    @Test
    void hasEveryLabelInBothLists() throws IOException {
        DigitsDataSet data = DigitsDataSet.write(directory, 30, 10, 1, painter);

        assertThat(countByLabel(data.train())).hasSize(10).containsOnly(3L);
        assertThat(countByLabel(data.test())).hasSize(10).containsOnly(1L);
    }

    @Test
    void isReadAsItWasWritten() throws IOException {
        DigitsDataSet written = DigitsDataSet.write(directory, 20, 10, 1, painter);

        assertThat(DigitsDataSet.open(directory)).isEqualTo(written);
    }

    @Test
    void writesTheSameBytesForTheSameSeed() throws IOException {
        DigitsDataSet one = DigitsDataSet.write(directory.resolve("one"), 10, 10, 5, painter);
        DigitsDataSet two = DigitsDataSet.write(directory.resolve("two"), 10, 10, 5, painter);
        DigitsDataSet other = DigitsDataSet.write(directory.resolve("other"), 10, 10, 6, painter);

        for (LabelledFile file : one.train()) {
            assertThat(two.resolve(file)).hasSameBinaryContentAs(one.resolve(file));
            assertThat(Files.mismatch(other.resolve(file), one.resolve(file))).isNotEqualTo(-1);
        }
    }

    @Test
    void refusesToMixWithOtherImages() throws IOException {
        Files.createDirectory(directory.resolve("images"));

        assertThatThrownBy(() -> DigitsDataSet.write(directory, 10, 10, 1, painter))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "Cannot write data set to %s: it holds images already. Remove them, or choose"
                                + " another directory.",
                        directory);
    }

    @Test
    void refusesTooFewImages() {
        assertThatThrownBy(() -> DigitsDataSet.write(directory, 10, 9, 1, painter))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid test: 9. It must be at least 10, one image of each digit.");
    }

    @Test
    void saysWhichListIsMissing() {
        assertThatThrownBy(() -> DigitsDataSet.open(directory))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessage(
                        "Cannot open data set %s: it has no train.txt. Draw one with './flink-gpu"
                                + " digits generate'.",
                        directory);
    }

    @Test
    void saysWhichLineIsNoEntry() throws IOException {
        Path list = directory.resolve("train.txt");
        Files.write(list, List.of("images/1/00001.jpg", "images/12/00002.jpg"));

        assertThatThrownBy(() -> DigitsDataSet.open(directory))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "Invalid line 2 of %s: 'images/12/00002.jpg'. It must be"
                                + " images/<digit>/<name>.jpg.",
                        list);
    }

    private List<String> writtenFiles() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("images"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .toList();
        }
    }

    private static List<Long> countByLabel(List<LabelledFile> files) {
        return List.copyOf(
                files.stream()
                        .collect(Collectors.groupingBy(LabelledFile::label, Collectors.counting()))
                        .values());
    }
}
