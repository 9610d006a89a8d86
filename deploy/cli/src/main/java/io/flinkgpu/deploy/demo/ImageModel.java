package io.flinkgpu.deploy.demo;

import io.flinkgpu.connectors.image.ImageDecoding;
import io.flinkgpu.inference.model.ModelRef;
import java.io.Serializable;
import java.util.Map;

/**
 * An image classifier and the pixels it wants.
 *
 * <p>The model has one input, float32 {@code [batch, size, size, channels]} with values in {@code
 * [0, 1]}, and an output with one float32 score per class, {@code [batch, classes]}.
 *
 * @param reference the model at the entry point to run
 * @param scores name of the output; blank for the only one
 * @param decoding how files become pixels
 */
record ImageModel(ModelRef reference, String scores, ImageDecoding decoding)
        implements Serializable {

    /** What {@link io.flinkgpu.examples.DigitsJob} is told of the model. */
    Map<String, String> jobArguments() {
        return Map.of(
                "model",
                reference.toString(),
                "scores",
                scores,
                "image-size",
                Integer.toString(decoding.height()),
                "channels",
                Integer.toString(decoding.channels()),
                "max-pixels",
                Long.toString(decoding.maxPixels()));
    }
}
