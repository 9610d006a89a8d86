package io.flinkgpu.deploy.digits;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The weights that the numpy example reads. */
class CommittedWeightsTest {

    private static final Path EXAMPLE = Path.of("src/main/dist/examples/digits");

    @TempDir private Path directory;

    @Test
    void areThoseOfTheCommittedModel() throws IOException {
        Path written = directory.resolve("digits.npz");

        try (DigitsModel model = DigitsModel.load(EXAMPLE.resolve("model"))) {
            NumpyArchive.write(written, model.weights());
        }

        assertThat(written).hasSameBinaryContentAs(EXAMPLE.resolve("digits.npz"));
        assertThat(Files.size(written)).isBetween(350_000L, 370_000L);
    }
}
