package io.flinkgpu.deploy.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** How much there is to do in a run. */
final class InputSize {

    private InputSize() {}

    /** Files that the job will read, repeats included; an estimate where files come and go. */
    static long rows(DemoConfig config) throws IOException {
        return config.repeat() * files(config.input());
    }

    private static long files(Path input) throws IOException {
        if (Files.isDirectory(input)) {
            try (Stream<Path> files = Files.walk(input)) {
                return files.filter(InputSize::isImage).count();
            }
        }
        if (!input.toString().endsWith(".txt")) {
            return 1;
        }
        try (Stream<String> lines = Files.lines(input)) {
            return lines.filter(line -> !line.isBlank()).count();
        }
    }

    private static boolean isImage(Path file) {
        return file.toString().matches("(?i).*\\.(jpg|jpeg|png)");
    }
}
