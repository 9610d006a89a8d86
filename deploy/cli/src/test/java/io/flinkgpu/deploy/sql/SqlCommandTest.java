package io.flinkgpu.deploy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is refused before any Flink is asked. */
class SqlCommandTest {

    @TempDir private Path directory;

    @Test
    void aScriptThatIsMissingIsRefused() {
        Path missing = directory.resolve("missing.sql");

        assertThat(failure("-f", missing.toString()))
                .isEqualTo("Invalid --file: " + missing + ". There is no such file.");
    }

    @Test
    void aScriptInAnotherEncodingIsRefused() throws Exception {
        Path script =
                Files.write(directory.resolve("latin.sql"), new byte[] {'-', '-', (byte) 0xfc});

        assertThat(failure("-f", script.toString()))
                .isEqualTo("Cannot read --file " + script + ": it is not UTF-8.");
    }

    @Test
    void aDirectoryIsRefused() {
        assertThat(failure("-f", directory.toString()))
                .isEqualTo("Cannot read --file " + directory + ": it is a directory.");
    }

    @Test
    void eitherAScriptIsRunOrAModelDescribed() {
        assertThat(failure("-f", "script.sql", "--describe", "model.onnx"))
                .isEqualTo("Invalid --describe: --file runs a script. Give one of the two.");
    }

    private static String failure(String... arguments) {
        StringBuilder failure = new StringBuilder();
        new CommandLine(new SqlCommand())
                .setExecutionExceptionHandler(
                        (exception, line, parsed) -> {
                            failure.append(exception.getMessage());
                            return CommandLine.ExitCode.SOFTWARE;
                        })
                .execute(arguments);
        return failure.toString();
    }
}
