package io.flinkgpu.deploy.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Good digits of the committed example, and files made bad on purpose. */
final class TestImages {

    private static final int START_OF_FRAME = 0xC0;

    private TestImages() {}

    /** The first test files of the example. */
    static List<Path> testFiles(int count) throws IOException {
        return Files.readAllLines(DemoCli.DIGITS.resolve("test.txt")).stream()
                .limit(count)
                .map(DemoCli.DIGITS::resolve)
                .toList();
    }

    /** A list of the first test files, in a directory. */
    static Path list(Path directory, int count) throws IOException {
        return Files.write(
                directory.resolve("files.txt"),
                testFiles(count).stream()
                        .map(file -> directory.toAbsolutePath().relativize(file).toString())
                        .toList());
    }

    /** A directory with so many good files, each below the directory of its label. */
    static Path good(Path directory, int count) throws IOException {
        for (Path file : testFiles(count)) {
            Path label = directory.resolve(file.getParent().getFileName());
            Files.createDirectories(label);
            Files.copy(file, label.resolve(file.getFileName()));
        }
        return directory;
    }

    static void zeroByte(Path file) throws IOException {
        Files.write(file, new byte[0]);
    }

    static void text(Path file) throws IOException {
        Files.write(file, "This is not an image.".getBytes(StandardCharsets.UTF_8));
    }

    /** A JPEG that ends within its pixels. */
    static void truncated(Path file) throws IOException {
        byte[] whole = jpeg();
        Files.write(file, Arrays.copyOf(whole, whole.length - 60));
    }

    /** A JPEG whose frame header says 30,000 x 30,000 pixels. */
    static void huge(Path file) throws IOException {
        byte[] jpeg = jpeg();
        int frame = 2;
        while ((jpeg[frame + 1] & 0xff) != START_OF_FRAME) {
            frame += 2 + ByteBuffer.wrap(jpeg).getShort(frame + 2);
        }
        // ITU-T T.81, B.2.2: marker, length and precision precede the number of lines and of
        // samples.
        ByteBuffer.wrap(jpeg)
                .putShort(frame + 5, (short) 30_000)
                .putShort(frame + 7, (short) 30_000);
        Files.write(file, jpeg);
    }

    private static byte[] jpeg() throws IOException {
        return Files.readAllBytes(testFiles(1).get(0));
    }
}
