package io.flinkgpu.deploy.demo;

import io.flinkgpu.connectors.file.JsonFields;
import io.flinkgpu.connectors.image.DecodedImage;
import io.flinkgpu.inference.model.SignatureMismatchException;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.flinkgpu.inference.tensor.TensorRow;
import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.annotation.Internal;

/**
 * What the model says about one file. Public, so that Flink knows its fields without Kryo.
 *
 * @param file the file's path
 * @param label index of the class with the highest score, the first of equals
 * @param score that score
 * @param model the model's name
 * @param batch rows of the batch that the image was in
 */
@Internal
public record Classification(String file, int label, float score, String model, int batch)
        implements Serializable {

    /**
     * Reads the model's answer.
     *
     * @throws SignatureMismatchException if the output has another name or type, which no row is to
     *     blame for
     */
    static Classification of(DecodedImage image, TensorRow answer, ImageModel model) {
        float[] scores = scores(answer, model.scores());
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            if (scores[i] > scores[best]) {
                best = i;
            }
        }
        return new Classification(
                image.path(), best, scores[best], model.name(), answer.batchSize());
    }

    void writeTo(JsonFields line) throws IOException {
        line.string("file", file)
                .number("label", label)
                .number("score", score)
                .string("model", model)
                .number("batch", batch);
    }

    private static float[] scores(TensorRow answer, String output) {
        float[] scores;
        try {
            scores = output.isBlank() ? answer.floats() : answer.floats(output);
        } catch (ShapeMismatchException mismatch) {
            throw new SignatureMismatchException(
                    "Cannot read scores '%s': %s".formatted(output, mismatch.getMessage()));
        }
        if (scores.length == 0) {
            throw new SignatureMismatchException(
                    "Invalid scores '%s': none. The output must hold one score per class."
                            .formatted(output));
        }
        return scores;
    }
}
