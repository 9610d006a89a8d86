package io.flinkgpu.deploy.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;

/** The last words of a process, for the message that says why it ended. */
@Internal
public final class LogTail {

    private static final int LINES = 20;

    private LogTail() {}

    /**
     * The end of what the process wrote to its output and to its log; says so where it wrote
     * nothing.
     */
    public static String of(ProcessRecord process) {
        String text = section(process.outputFile()) + section(process.logFile());
        return text.isEmpty() ? "It wrote no log in " + process.directory() + "." : text.strip();
    }

    private static String section(Path file) {
        // Without stack frames, of which the last ones are never the cause.
        List<String> lines =
                lines(file).stream().filter(line -> !line.startsWith("\tat ")).toList();
        if (lines.isEmpty()) {
            return "";
        }
        return lines.stream()
                .skip(Math.max(0, lines.size() - LINES))
                .collect(
                        Collectors.joining(
                                System.lineSeparator() + "  ",
                                file + ":" + System.lineSeparator() + "  ",
                                System.lineSeparator()));
    }

    private static List<String> lines(Path file) {
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        try {
            // Decoded leniently: a process may be killed in the middle of a character.
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
