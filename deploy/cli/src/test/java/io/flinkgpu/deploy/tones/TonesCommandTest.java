package io.flinkgpu.deploy.tones;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TonesCommandTest {

    private static final Path EXAMPLE = Path.of("src/main/dist/examples/tones");

    @TempDir private Path directory;
    private final StringWriter out = new StringWriter();

    @Test
    void makesTheCommittedFilesAgain() throws Exception {
        int exitCode =
                new CommandLine(new TonesCommand())
                        .setOut(new PrintWriter(out, true))
                        .execute("--output", directory.toString());

        assertThat(exitCode).isZero();
        assertThat(out.toString()).startsWith("Wrote 8 recordings and tones.onnx to ");
        assertThat(directory.resolve("tones.onnx"))
                .hasSameBinaryContentAs(EXAMPLE.resolve("tones.onnx"));
        List<Path> recordings = recordings(directory);
        assertThat(recordings).hasSize(8);
        for (Path recording : recordings) {
            assertThat(recording)
                    .hasSameBinaryContentAs(
                            EXAMPLE.resolve("recordings").resolve(recording.getFileName()));
        }
    }

    private static List<Path> recordings(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("recordings"))) {
            return files.toList();
        }
    }
}
