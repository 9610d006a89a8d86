package io.flinkgpu.inference.health.detector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A program that answers as {@code nvidia-smi} is told to, and writes down how it was called. */
final class TestingNvidiaSmi {

    private static final String SCRIPT =
            """
            #!/bin/sh
            here=$(dirname "$0")
            echo "$*" >> "$here/calls"
            if [ "$*" = "-L" ] && [ -f "$here/listing" ]; then cat "$here/listing"; exit 0; fi
            if [ -f "$here/hangs" ]; then sleep 600; fi
            if [ -f "$here/refused" ] && echo "$*" | grep -q "$(cat "$here/refused")"; then
              echo "Field \\"$(cat "$here/refused")\\" is not a valid field to query."
              exit 2
            fi
            cat "$here/answer"
            exit "$(cat "$here/code")"
            """;

    private final Path directory;

    /** Writes the program into an empty directory. */
    TestingNvidiaSmi(Path directory) {
        this.directory = directory;
        write("nvidia-smi", SCRIPT);
        if (!path().toFile().setExecutable(true)) {
            throw new IllegalStateException("Cannot make " + path() + " executable.");
        }
        answer(0, "");
    }

    Path path() {
        return directory.resolve("nvidia-smi");
    }

    void answer(String... lines) {
        answer(0, lines);
    }

    void answer(int code, String... lines) {
        write("answer", lines.length == 0 ? "" : String.join("\n", lines) + "\n");
        write("code", Integer.toString(code));
    }

    /** What it answers to {@code -L}. */
    void list(String... lines) {
        write("listing", String.join("\n", lines) + "\n");
    }

    void refuse(String field) {
        write("refused", field);
    }

    void hang(boolean hangs) {
        try {
            if (hangs) {
                write("hangs", "");
            } else {
                Files.deleteIfExists(directory.resolve("hangs"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The arguments of each run so far. */
    List<String> calls() {
        try {
            Path calls = directory.resolve("calls");
            return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String name, String text) {
        try {
            Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
