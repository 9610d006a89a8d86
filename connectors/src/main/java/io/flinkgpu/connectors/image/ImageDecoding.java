package io.flinkgpu.connectors.image;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What an {@link ImageDecoder} makes of an image.
 *
 * @param height of the result, in pixels
 * @param width of the result, in pixels
 * @param channels 1 for luminance, 3 for red, green and blue
 * @param maxPixels the largest image taken, as width times height of the file's header; decoding
 *     takes up to 4 bytes of heap per pixel of 8-bit files and 8 bytes of 16-bit ones
 */
@PublicEvolving
public record ImageDecoding(int height, int width, int channels, long maxPixels)
        implements Serializable {

    /** 64 Mi pixels: at 3 bytes each, 192 MiB of heap per decoding thread. */
    public static final long DEFAULT_MAX_PIXELS = 64L * 1024 * 1024;

    /**
     * @throws IllegalArgumentException if a size is below 1, the channels are not 1 or 3, or the
     *     result would not fit one array
     */
    public ImageDecoding {
        requirePositive("height", height);
        requirePositive("width", width);
        requirePositive("maxPixels", maxPixels);
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException(
                    "Invalid channels: " + channels + ". It must be 1 (luminance) or 3 (RGB).");
        }
        if ((long) height * width > Integer.MAX_VALUE / 4 / channels) {
            throw new IllegalArgumentException(
                    "Invalid height and width: %d x %d. Their product must be at most %d."
                            .formatted(height, width, Integer.MAX_VALUE / 4 / channels));
        }
    }

    /** Decodes to this size, from images of up to {@link #DEFAULT_MAX_PIXELS}. */
    public static ImageDecoding of(int height, int width, int channels) {
        return new ImageDecoding(height, width, channels, DEFAULT_MAX_PIXELS);
    }

    /** The same with another limit. */
    public ImageDecoding withMaxPixels(long limit) {
        return new ImageDecoding(height, width, channels, limit);
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "Invalid %s: %d. It must be at least 1.".formatted(name, value));
        }
    }
}
