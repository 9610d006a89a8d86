package io.flinkgpu.deploy.demo;

import io.flinkgpu.connectors.image.ImageDecoding;
import io.flinkgpu.inference.model.ModelRef;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * An image classifier and the pixels it wants.
 *
 * <p>The model has one input, float32 {@code [batch, size, size, channels]} with values in {@code
 * [0, 1]}, and an output with one float32 score per class, {@code [batch, classes]}.
 *
 * @param directory of the SavedModel, as a string because a job carries it
 * @param signature the entry point, such as {@code serving_default}
 * @param scores name of the output; blank for the only one
 * @param decoding how files become pixels
 */
record ImageModel(String directory, String signature, String scores, ImageDecoding decoding)
        implements Serializable {

    private static final String GRAPH_FILE = "saved_model.pb";

    ModelRef reference() {
        return ModelRef.savedModel(directory).withSignature(signature);
    }

    /** What {@link io.flinkgpu.examples.DigitsJob} is told of the model. */
    Map<String, String> jobArguments() {
        return Map.of(
                "model",
                directory,
                "signature",
                signature,
                "scores",
                scores,
                "image-size",
                Integer.toString(decoding.height()),
                "channels",
                Integer.toString(decoding.channels()),
                "max-pixels",
                Long.toString(decoding.maxPixels()));
    }

    /**
     * Looks at the directory from here; the task managers look again.
     *
     * @throws IllegalArgumentException if it holds no SavedModel
     */
    void requirePresent() {
        if (!Files.isDirectory(Path.of(directory))) {
            throw missing("there is no such directory");
        }
        if (!Files.isReadable(Path.of(directory, GRAPH_FILE))) {
            throw missing("the directory holds no readable " + GRAPH_FILE);
        }
    }

    private IllegalArgumentException missing(String reason) {
        return new IllegalArgumentException(
                "Cannot load model '%s': %s. Give the directory of a TensorFlow SavedModel."
                        .formatted(directory, reason));
    }
}
