package io.flinkgpu.deploy.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * The directory of one run, which no other run may have written to: a report counts all its files.
 */
final class OutputDirectory {

    private OutputDirectory() {}

    /**
     * Creates the directory unless it exists.
     *
     * @throws IllegalArgumentException if it is a file or not empty
     * @throws UncheckedIOException if it can be neither created nor listed
     */
    static void claim(Path directory) {
        try {
            requireEmpty(directory);
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot create output directory %s: %s".formatted(directory, e), e);
        }
    }

    private static void requireEmpty(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            if (children.iterator().hasNext()) {
                throw new IllegalArgumentException(
                        "Invalid --output: %s. It is not empty; name an empty or new directory."
                                .formatted(directory));
            }
        } catch (NotDirectoryException e) {
            throw new IllegalArgumentException(
                    "Invalid --output: %s. It is a file; name an empty or new directory."
                            .formatted(directory),
                    e);
        }
    }
}
