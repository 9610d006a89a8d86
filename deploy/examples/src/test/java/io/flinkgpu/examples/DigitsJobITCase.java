package io.flinkgpu.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example as a user starts it, with its real model, on the processor. */
@Timeout(180)
class DigitsJobITCase {

    private static final Path DIGITS =
            Path.of("..", "cli", "src", "main", "dist", "examples", "digits")
                    .toAbsolutePath()
                    .normalize();
    private static final int IMAGES = 200;

    @TempDir private Path directory;

    @Test
    void classifiesImagesAndSetsTheOthersAside() throws Exception {
        Path noImage = Files.writeString(directory.resolve("letter.jpg"), "This is not an image.");

        DigitsJob.main(
                new String[] {
                    "--input", input(noImage).toString(),
                    "--output", directory.resolve("output").toString(),
                    "--model", DIGITS.resolve("model").toString(),
                    "--profiles", profiles().toString(),
                    "--parallelism.default", "2"
                });

        List<JsonNode> results = lines(DigitsJob.RESULTS);
        assertThat(results).hasSize(IMAGES);
        assertThat(results.stream().filter(DigitsJobITCase::isRight).count())
                .isGreaterThan(IMAGES * 95 / 100);
        assertThat(lines(DigitsJob.DEAD_LETTERS))
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.path("file").asText()).endsWith("letter.jpg");
                            assertThat(letter.path("stage").asText()).isEqualTo("decode");
                        });
    }

    /** The label is the name of the file's directory. */
    private static boolean isRight(JsonNode result) {
        String label = Path.of(result.path("file").asText()).getParent().getFileName().toString();
        return label.equals(result.path("label").asText());
    }

    /** A list of files names them relative to itself. */
    private Path input(Path more) throws Exception {
        try (Stream<String> files = Files.lines(DIGITS.resolve("test.txt"))) {
            Stream<Path> images = files.limit(IMAGES).map(DIGITS::resolve);
            return Files.write(
                    directory.resolve("files.txt"),
                    Stream.concat(images, Stream.of(more))
                            .map(image -> directory.relativize(image).toString())
                            .toList());
        }
    }

    private Path profiles() throws Exception {
        return Files.writeString(
                directory.resolve("profiles.yaml"),
                """
                profiles:
                  decode: {cpu-cores: 0.5, task-heap: 64 mb}
                  inference: {cpu-cores: 0.5, task-heap: 64 mb, task-off-heap: 256 mb}
                """);
    }

    private List<JsonNode> lines(String name) throws Exception {
        Path output = directory.resolve("output").resolve(name);
        try (Stream<JsonNode> lines =
                JsonLines.read(new org.apache.flink.core.fs.Path(output.toUri()))) {
            return lines.toList();
        }
    }
}
