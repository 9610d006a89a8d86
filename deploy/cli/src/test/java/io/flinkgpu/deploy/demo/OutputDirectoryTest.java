package io.flinkgpu.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputDirectoryTest {

    @TempDir private Path directory;

    @Test
    void createsMissingDirectories() {
        OutputDirectory.claim(directory.resolve("a/b"));

        assertThat(directory.resolve("a/b")).isEmptyDirectory();
    }

    @Test
    void takesEmptyDirectory() {
        OutputDirectory.claim(directory);

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void refusesDirectoryWithFiles() throws IOException {
        Files.createFile(directory.resolve("part-0.jsonl"));

        assertThatThrownBy(() -> OutputDirectory.claim(directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid --output: %s. It is not empty; name an empty or new directory.",
                        directory);
    }

    @Test
    void refusesFile() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> OutputDirectory.claim(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("It is a file");
    }
}
