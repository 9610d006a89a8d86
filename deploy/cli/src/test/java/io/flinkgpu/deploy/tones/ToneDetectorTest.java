package io.flinkgpu.deploy.tones;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRuntimes;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The committed model. */
class ToneDetectorTest {

    private static final Path MODEL = Path.of("src/main/dist/examples/tones/tones.onnx");

    @Test
    void hearsEachKeyAndNoOther() throws Exception {
        for (int key = 0; key < KeyTones.KEYS.length(); key++) {
            float[] scores = listen(tones(0.3, KeyTones.rowOf(key), 0.3, KeyTones.columnOf(key)));

            for (int other = 0; other < scores.length; other++) {
                assertThat(scores[other]).isCloseTo(other == key ? 1 : 0, within(0.02f));
            }
        }
    }

    @Test
    void hearsAQuietTelephone() throws Exception {
        float[] scores = listen(tones(0.02, 697, 0.03, 1336));

        assertThat(scores[KeyTones.KEYS.indexOf('2')]).isBetween(0.55f, 0.65f); // 4 of (4 + 9) / 2
    }

    @Test
    void hearsNothingInSilenceNoiseAndSingleTones() throws Exception {
        Random random = new Random(1);
        float[] noise = new float[ToneDetector.WINDOW];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) (0.2 * random.nextGaussian());
        }

        assertThat(max(listen(new float[ToneDetector.WINDOW]))).isZero();
        assertThat(max(listen(noise))).isLessThan(0.2f);
        assertThat(max(listen(tones(0.3, 770, 0, 0)))).isLessThan(0.02f);
        assertThat(max(listen(tones(0.3, 440, 0.3, 350)))).isLessThan(0.02f);
    }

    private static float[] tones(double amplitude, double hertz, double other, double otherHertz) {
        float[] samples = new float[ToneDetector.WINDOW];
        for (int i = 0; i < samples.length; i++) {
            double turns = 2 * Math.PI * i / ToneDetector.SAMPLE_RATE;
            samples[i] =
                    (float)
                            (amplitude * Math.sin(turns * hertz + 1)
                                    + other * Math.sin(turns * otherHertz));
        }
        return samples;
    }

    private static float max(float[] scores) {
        float max = 0;
        for (float score : scores) {
            max = Math.max(max, score);
        }
        return max;
    }

    private static float[] listen(float[] samples) throws Exception {
        ModelRef model = ModelRef.parse(MODEL.toString());
        try (LoadedModel loaded =
                        ModelRuntimes.onClassPath().of(model).load(model, ModelDevice.cpu());
                TensorBatch batch =
                        TensorBatch.of(
                                "samples",
                                Tensor.ofFloats(Shape.of(1, ToneDetector.WINDOW), samples));
                TensorBatch scores = loaded.run(List.of(batch))) {
            return scores.tensor("scores").toFloats();
        }
    }
}
