package io.flinkgpu.deploy.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRuntimes;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The committed ONNX file beside the committed SavedModel. */
class DigitsOnnxTest {

    private static final Path EXAMPLE = Path.of("src/main/dist/examples/digits");
    private static final int IMAGES = 200;

    @Test
    void hasTheInputsAndOutputsOfTheSavedModel() throws Exception {
        try (LoadedModel onnx = load("digits.onnx")) {
            assertThat(onnx.signature().inputs())
                    .containsExactly(
                            new TensorSpec("image", DataType.FLOAT32, Shape.of(-1, 32, 32, 1)));
            assertThat(onnx.signature().outputs())
                    .containsExactly(
                            new TensorSpec("probabilities", DataType.FLOAT32, Shape.of(-1, 10)),
                            new TensorSpec("label", DataType.INT64, Shape.of(-1)));
        }
    }

    @Test
    void givesTheSavedModelsAnswers() throws Exception {
        try (LoadedModel savedModel = load("model");
                LoadedModel onnx = load("digits.onnx");
                TensorBatch expected = savedModel.run(List.of(images()));
                TensorBatch actual = onnx.run(List.of(images()))) {
            float[] probabilities = actual.tensor("probabilities").toFloats();
            float[] wanted = expected.tensor("probabilities").toFloats();

            assertThat(probabilities).hasSize(10 * IMAGES);
            for (int i = 0; i < wanted.length; i++) {
                assertThat(probabilities[i]).isCloseTo(wanted[i], within(1e-5f));
            }
            assertThat(actual.tensor("label").toLongs())
                    .isEqualTo(expected.tensor("label").toLongs());
        }
    }

    private static TensorBatch images() throws Exception {
        DigitsDataSet data = DigitsDataSet.open(EXAMPLE);
        DigitSamples samples = DigitSamples.read(data, data.test().subList(0, IMAGES));
        float[] pixels = new float[IMAGES * DigitImages.PIXELS];
        for (int i = 0; i < IMAGES; i++) {
            System.arraycopy(
                    samples.image(i), 0, pixels, i * DigitImages.PIXELS, DigitImages.PIXELS);
        }
        return TensorBatch.of("image", Tensor.ofFloats(Shape.of(IMAGES, 32, 32, 1), pixels));
    }

    private static LoadedModel load(String name) throws ModelLoadException {
        ModelRef model = ModelRef.parse(EXAMPLE.resolve(name).toString());
        return ModelRuntimes.onClassPath().of(model).load(model, ModelDevice.cpu());
    }
}
