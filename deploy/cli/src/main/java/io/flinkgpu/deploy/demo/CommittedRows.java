package io.flinkgpu.deploy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import javax.annotation.Nullable;

/**
 * What the finished files of a run hold.
 *
 * @param labelled rows whose file lies in a directory that is named after a class's index
 * @param right those of them whose label is that index
 * @param firstDeadLetter the cause of one of the dead letters, null if there is none
 */
record CommittedRows(
        long rowsOut,
        long deadLetters,
        long labelled,
        long right,
        @Nullable String firstDeadLetter) {

    /** Longer names of digits, such as dates, are not indices of classes. */
    private static final int MAX_INDEX_DIGITS = 5;

    /** Reads the finished files of a run's output. */
    static CommittedRows read(DemoConfig config) throws IOException {
        Tally tally = new Tally();
        try (Stream<JsonNode> lines = lines(config.results())) {
            lines.forEach(tally::addResult);
        }
        try (Stream<JsonNode> lines = lines(config.deadLetters())) {
            lines.forEach(tally::addDeadLetter);
        }
        return tally.rows();
    }

    /**
     * The share of rows with the right label; empty where there is no row, or one whose label is
     * not known.
     */
    OptionalDouble accuracy() {
        return labelled == 0 || labelled < rowsOut
                ? OptionalDouble.empty()
                : OptionalDouble.of(right / (double) labelled);
    }

    Optional<String> deadLetterExample() {
        return Optional.ofNullable(firstDeadLetter);
    }

    /** The class that a file's parent directory names; empty if that is not an index of a class. */
    static OptionalInt labelOf(String file) {
        String[] names = file.split("/", -1);
        String parent = names.length < 2 ? "" : names[names.length - 2];
        boolean isIndex =
                !parent.isEmpty()
                        && parent.length() <= MAX_INDEX_DIGITS
                        && parent.chars().allMatch(c -> c >= '0' && c <= '9');
        return isIndex ? OptionalInt.of(Integer.parseInt(parent)) : OptionalInt.empty();
    }

    /** A sink without rows leaves no directory behind. */
    private static Stream<JsonNode> lines(Path directory) throws IOException {
        return Files.isDirectory(directory)
                ? JsonLines.read(new org.apache.flink.core.fs.Path(directory.toUri()))
                : Stream.empty();
    }

    private static final class Tally {

        private long rowsOut;
        private long deadLetters;
        private long labelled;
        private long right;
        @Nullable private String firstDeadLetter;

        private void addResult(JsonNode row) {
            rowsOut++;
            OptionalInt label = labelOf(row.path("file").asText());
            if (label.isPresent()) {
                labelled++;
                right += label.getAsInt() == row.path("label").asInt(-1) ? 1 : 0;
            }
        }

        private void addDeadLetter(JsonNode row) {
            deadLetters++;
            if (firstDeadLetter == null) {
                firstDeadLetter = row.path("cause").asText();
            }
        }

        private CommittedRows rows() {
            return new CommittedRows(rowsOut, deadLetters, labelled, right, firstDeadLetter);
        }
    }
}
