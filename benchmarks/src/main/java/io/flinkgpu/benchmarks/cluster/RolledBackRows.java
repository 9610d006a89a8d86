package io.flinkgpu.benchmarks.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Counts rows that a sink got and a restart took back.
 *
 * <p>A file sink leaves them behind in hidden files that no checkpoint has finished. Rows that were
 * lost on their way to the sink left no trace, so that the count is a lower bound of the rows that
 * inference did again.
 */
final class RolledBackRows {

    private RolledBackRows() {}

    /**
     * Lines in the unfinished files of a run that has ended.
     *
     * @param results the sink's directory; need not exist
     */
    static long count(Path results) throws IOException {
        if (!Files.isDirectory(results)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(results)) {
            return files.filter(file -> file.getFileName().toString().startsWith("."))
                    .filter(file -> file.getFileName().toString().contains(".inprogress."))
                    .mapToLong(RolledBackRows::lines)
                    .sum();
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
