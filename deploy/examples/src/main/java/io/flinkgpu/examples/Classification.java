package io.flinkgpu.examples;

import io.flinkgpu.connectors.file.JsonFields;
import io.flinkgpu.connectors.image.DecodedImage;
import io.flinkgpu.inference.model.SignatureMismatchException;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.flinkgpu.inference.tensor.TensorRow;
import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What the model says about one file. Public, so that Flink knows its fields without Kryo.
 *
 * @param file the file's path
 * @param label index of the class with the highest score, the first of equals
 * @param score that score
 * @param model the model's name
 * @param batch rows of the batch that the image was in
 */
@PublicEvolving
public record Classification(String file, int label, float score, String model, int batch)
        implements Serializable {

    /**
     * Reads the model's answer.
     *
     * @param output the model's output with one score per class; blank for its only one
     * @param model the model's name
     * @throws SignatureMismatchException if the output has another name or type, which no row is to
     *     blame for
     */
    static Classification of(DecodedImage image, TensorRow answer, String output, String model) {
        float[] scores = scores(answer, output);
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            if (scores[i] > scores[best]) {
                best = i;
            }
        }
        return new Classification(image.path(), best, scores[best], model, answer.batchSize());
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
