package io.flinkgpu.deploy.digits;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.flink.annotation.Internal;

/**
 * A directory of labelled digit images, split into files to train with and files to test with.
 *
 * <p>Layout: {@code images/<label>/<number>.jpg}, and the lists {@code train.txt} and {@code
 * test.txt} with one path a line, relative to the directory. Immutable, safe for any thread.
 *
 * @param directory where the lists lie
 * @param train the entries of {@code train.txt}, in its order
 * @param test the entries of {@code test.txt}, in its order
 */
@Internal
public record DigitsDataSet(Path directory, List<LabelledFile> train, List<LabelledFile> test) {
    /** The number of different labels. */
    public static final int LABELS = 10;

    private static final String TRAIN_LIST = "train.txt";
    private static final String TEST_LIST = "test.txt";
    private static final Pattern ENTRY = Pattern.compile("images/([0-9])/[^/]+\\.jpg");

    public DigitsDataSet {
        train = List.copyOf(train);
        test = List.copyOf(test);
    }

    /**
     * Reads the lists of a data set; the images are not opened.
     *
     * @throws IOException if a list is missing, or holds a line that is no entry
     */
    public static DigitsDataSet open(Path directory) throws IOException {
        return new DigitsDataSet(
                directory, readList(directory, TRAIN_LIST), readList(directory, TEST_LIST));
    }

    /**
     * Draws a data set, every label equally often (give or take one).
     *
     * <p>The image with number {@code n} depends on the seed, on {@code n} and on the painter
     * alone.
     *
     * @param train number of images to train with, at least 10
     * @param test number of images to test with, at least 10
     * @throws IllegalArgumentException if a number is too small
     * @throws IOException if the directory holds images already or cannot be written
     */
    static DigitsDataSet write(Path directory, int train, int test, long seed, DigitPainter painter)
            throws IOException {
        requireEveryLabel("train", train);
        requireEveryLabel("test", test);
        if (Files.exists(directory.resolve("images"))) {
            throw new IOException(
                    ("Cannot write data set to %s: it holds images already."
                                    + " Remove them, or choose another directory.")
                            .formatted(directory));
        }
        List<LabelledFile> files =
                IntStream.range(0, train + test).mapToObj(DigitsDataSet::file).toList();
        JpegFiles jpegs = new JpegFiles(directory, painter, seed);
        for (int number = 0; number < files.size(); number++) {
            jpegs.write(files.get(number), number);
        }
        DigitsDataSet written =
                new DigitsDataSet(
                        directory, files.subList(0, train), files.subList(train, files.size()));
        writeList(directory.resolve(TRAIN_LIST), written.train);
        writeList(directory.resolve(TEST_LIST), written.test);
        return written;
    }

    /** Returns where a file of this data set lies. */
    public Path resolve(LabelledFile file) {
        return directory.resolve(file.path());
    }

    private static LabelledFile file(int number) {
        int label = number % LABELS;
        return new LabelledFile("images/%d/%05d.jpg".formatted(label, number), label);
    }

    private static void requireEveryLabel(String name, int count) {
        if (count < LABELS) {
            throw new IllegalArgumentException(
                    "Invalid %s: %d. It must be at least %d, one image of each digit."
                            .formatted(name, count, LABELS));
        }
    }

    private static void writeList(Path list, List<LabelledFile> files) throws IOException {
        Files.write(list, files.stream().map(LabelledFile::path).toList());
    }

    private static List<LabelledFile> readList(Path directory, String name) throws IOException {
        Path list = directory.resolve(name);
        if (!Files.isRegularFile(list)) {
            throw new FileNotFoundException(
                    ("Cannot open data set %s: it has no %s."
                                    + " Draw one with './flink-gpu digits generate'.")
                            .formatted(directory, name));
        }
        List<LabelledFile> files = new ArrayList<>();
        for (String line : Files.readAllLines(list)) {
            Matcher entry = ENTRY.matcher(line);
            if (!entry.matches()) {
                throw new IOException(
                        "Invalid line %d of %s: '%s'. It must be images/<digit>/<name>.jpg."
                                .formatted(files.size() + 1, list, line));
            }
            files.add(new LabelledFile(line, Integer.parseInt(entry.group(1))));
        }
        return files;
    }
}
