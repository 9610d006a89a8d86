package io.flinkgpu.deploy.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Signature;
import org.tensorflow.Signature.TensorDescription;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** A tiny training, shared by the tests. */
class DigitsTrainerTest {
    private static final int EPOCHS = 6;

    @TempDir static Path directory;

    private static final StringWriter LOG = new StringWriter();
    private static Path model;
    private static TrainingReport report;

    @BeforeAll
    static void train() throws IOException {
        DigitPainter painter = new DigitPainter(DigitFonts.none("the same on every machine"));
        DigitsDataSet data = DigitsDataSet.write(directory.resolve("data"), 200, 50, 1, painter);
        model = directory.resolve("model");
        report =
                new DigitsTrainer(
                                new TrainingConfig(EPOCHS, 20, 2e-3, 1), new PrintWriter(LOG, true))
                        .train(data, model);
    }

    @Test
    void lowersTheLoss() {
        assertThat(report.epochLosses()).hasSize(EPOCHS);
        assertThat(report.epochLosses().get(EPOCHS - 1))
                .isLessThan(0.8 * report.epochLosses().get(0));
    }

    @Test
    void learnsMoreThanChance() {
        assertThat(report.testAccuracy()).isBetween(0.2, 1.0);
    }

    @Test
    void printsEveryEpoch() {
        assertThat(LOG.toString().lines()).hasSize(EPOCHS).allMatch(l -> l.contains("loss"));
    }

    @Test
    void exportsTheSignature() {
        try (DigitsModel loaded = DigitsModel.load(model)) {
            Signature signature = loaded.signature();

            assertThat(signature.inputNames()).containsExactly("image");
            assertThat(signature.outputNames()).containsExactlyInAnyOrder("probabilities", "label");
            assertDescription(
                    signature.getInputs().get("image"), DataType.DT_FLOAT, Shape.of(-1, 32, 32, 1));
            assertDescription(
                    signature.getOutputs().get("probabilities"),
                    DataType.DT_FLOAT,
                    Shape.of(-1, 10));
            assertDescription(signature.getOutputs().get("label"), DataType.DT_INT64, Shape.of(-1));
        }
    }

    @Test
    void givesProbabilitiesAndTheMostProbableLabelForAnyBatch() {
        try (SavedModelBundle bundle = SavedModelBundle.load(model.toString());
                TFloat32 images = blankImages(3);
                Result result =
                        bundle.function(Signature.DEFAULT_KEY).call(Map.of("image", images))) {
            TFloat32 probabilities = (TFloat32) result.get("probabilities").orElseThrow();
            TInt64 labels = (TInt64) result.get("label").orElseThrow();

            assertThat(probabilities.shape()).isEqualTo(Shape.of(3, 10));
            assertThat(labels.shape()).isEqualTo(Shape.of(3));
            for (int row = 0; row < 3; row++) {
                assertMostProbable(probabilities, row, labels.getLong(row));
            }
        }
    }

    @Test
    void exportsNothingThatTrainingAloneNeeds() {
        try (SavedModelBundle bundle = SavedModelBundle.load(model.toString())) {
            assertThat(bundle.graph().toGraphDef().getNodeList())
                    .noneMatch(node -> node.getOp().contains("Adam"))
                    .noneMatch(node -> node.getOp().endsWith("Grad"))
                    .noneMatch(node -> node.getName().endsWith("_m"));
        }
    }

    @Test
    void staysBelowOneMegabyte() throws IOException {
        try (Stream<Path> files = Files.walk(model)) {
            long bytes =
                    files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
            assertThat(bytes).isBetween(300_000L, 1_000_000L);
        }
    }

    @Test
    void refusesSettingsOutOfRange() {
        assertThatThrownBy(() -> TrainingConfig.of(0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid epochs: 0. It must be at least 1.");
        assertThatThrownBy(() -> new TrainingConfig(1, 0, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid batchSize: 0. It must be at least 1.");
        assertThatThrownBy(() -> new TrainingConfig(1, 1, Double.NaN, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid learningRate: NaN. It must be above 0.");
    }

    private static TFloat32 blankImages(int count) {
        return TFloat32.tensorOf(
                Shape.of(count, 32, 32, 1), images -> images.scalars().forEach(s -> s.setFloat(0)));
    }

    private static void assertDescription(TensorDescription tensor, DataType type, Shape shape) {
        assertThat(tensor.dataType).isEqualTo(type);
        assertThat(tensor.shape.asArray()).isEqualTo(shape.asArray());
    }

    private static void assertMostProbable(TFloat32 probabilities, int row, long label) {
        float sum = 0;
        for (int i = 0; i < 10; i++) {
            sum += probabilities.getFloat(row, i);
            assertThat(probabilities.getFloat(row, i))
                    .isLessThanOrEqualTo(probabilities.getFloat(row, label));
        }
        assertThat(sum).isCloseTo(1f, within(1e-5f));
    }
}
