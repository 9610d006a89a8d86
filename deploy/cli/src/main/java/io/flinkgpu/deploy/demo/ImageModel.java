package io.flinkgpu.deploy.demo;

import io.flinkgpu.connectors.image.ImageDecoding;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.pool.PythonCode;
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
 * @param location of the model as {@link ModelRef#parse} reads it, with an absolute path
 * @param signature the entry point, such as {@code serving_default}
 * @param scores name of the output; blank for the only one
 * @param decoding how files become pixels
 */
record ImageModel(String location, String signature, String scores, ImageDecoding decoding)
        implements Serializable {

    private static final String GRAPH_FILE = "saved_model.pb";

    ModelRef reference() {
        return ModelRef.parse(location).withSignature(signature);
    }

    /**
     * A location that a user wrote, as it is to be read anywhere on this machine. Code that is not
     * there is looked for in the example of the distribution.
     */
    static String absolute(String location) {
        ModelRef model = ModelRef.parse(location);
        if (!model.runtime().equals(ModelRef.PYTHON)) {
            return Path.of(location).toAbsolutePath().normalize().toString();
        }
        PythonCode code = PythonCode.of(model);
        PythonCode found =
                code.isPresent()
                        ? code
                        : code.in(Distribution.current().examples().resolve("digits"));
        return (found.isPresent() ? found : code).absolute().toString();
    }

    /** What {@link io.flinkgpu.examples.DigitsJob} is told of the model. */
    Map<String, String> jobArguments() {
        return Map.of(
                "model",
                location,
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
     * Looks at the files from here; the task managers look again.
     *
     * @throws IllegalArgumentException if there is no such code, and no SavedModel
     */
    void requirePresent() {
        ModelRef model = reference();
        if (model.runtime().equals(ModelRef.PYTHON)) {
            PythonCode.of(model).requirePresent();
            return;
        }
        String directory = model.location();
        if (!Files.isDirectory(Path.of(directory))) {
            throw missing(directory, "there is no such directory");
        }
        if (!Files.isReadable(Path.of(directory, GRAPH_FILE))) {
            throw missing(directory, "the directory holds no readable " + GRAPH_FILE);
        }
    }

    private static IllegalArgumentException missing(String directory, String reason) {
        return new IllegalArgumentException(
                "Cannot load model '%s': %s. Give the directory of a TensorFlow SavedModel."
                        .formatted(directory, reason));
    }
}
