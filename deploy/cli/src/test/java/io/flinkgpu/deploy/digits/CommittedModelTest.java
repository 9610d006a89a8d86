package io.flinkgpu.deploy.digits;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The data set and the model that the distribution carries. */
class CommittedModelTest {
    private static final Path EXAMPLE = Path.of("src/main/dist/examples/digits");

    @Test
    void classifiesAtLeast97PercentOfTheTestFiles() throws IOException {
        DigitsDataSet data = DigitsDataSet.open(EXAMPLE);
        DigitSamples test = DigitSamples.read(data, data.test());

        try (DigitsModel model = DigitsModel.load(EXAMPLE.resolve("model"))) {
            assertThat(test.size()).isGreaterThanOrEqualTo(1000);
            assertThat(model.accuracy(test)).isGreaterThanOrEqualTo(0.97);
        }
    }

    @Test
    void wasTrainedOnOtherFiles() throws IOException {
        DigitsDataSet data = DigitsDataSet.open(EXAMPLE);

        assertThat(data.train()).hasSizeGreaterThanOrEqualTo(2000);
        assertThat(data.train()).doesNotContainAnyElementsOf(data.test());
        assertThat(data.train()).allMatch(file -> data.resolve(file).toFile().isFile());
    }
}
