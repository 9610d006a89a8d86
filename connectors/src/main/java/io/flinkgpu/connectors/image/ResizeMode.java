package io.flinkgpu.connectors.image;

import org.apache.flink.annotation.PublicEvolving;

/** What happens to an image whose sides are in another ratio than the result's. */
@PublicEvolving
public enum ResizeMode {
    /** Both sides are resized, each by its own factor: {@code tf.image.resize}. */
    STRETCH,
    /**
     * The whole image is resized by one factor and put in the middle; the rest is background:
     * {@code tf.image.resize_with_pad}.
     */
    PAD,
    /**
     * The largest part in the middle that has the result's ratio is resized by one factor; the rest
     * is cut off.
     */
    CROP
}
