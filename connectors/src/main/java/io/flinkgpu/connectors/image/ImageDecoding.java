package io.flinkgpu.connectors.image;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What an {@link ImageDecoder} makes of an image.
 *
 * @param height of the result, in pixels
 * @param width of the result, in pixels
 * @param channels 1 for luminance, 3 for red, green and blue
 * @param resizeMode what happens to an image of another ratio of its sides
 * @param background the colour {@code 0xRRGGBB} behind transparent pixels, and of the bars that
 *     {@link ResizeMode#PAD} leaves
 * @param limits what one image may cost
 */
@PublicEvolving
public record ImageDecoding(
        int height,
        int width,
        int channels,
        ResizeMode resizeMode,
        int background,
        ImageLimits limits)
        implements Serializable {

    /** 64 Mi pixels: at 3 bytes each, 192 MiB of heap per decoding thread. */
    public static final long DEFAULT_MAX_PIXELS = ImageLimits.DEFAULT.maxPixels();

    /** White. */
    public static final int DEFAULT_BACKGROUND = 0xffffff;

    /**
     * @throws IllegalArgumentException if a size is below 1, the channels are not 1 or 3, the
     *     background is no colour, or the result would not fit one array
     */
    public ImageDecoding {
        Objects.requireNonNull(resizeMode, "resizeMode");
        Objects.requireNonNull(limits, "limits");
        requirePositive("height", height);
        requirePositive("width", width);
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException(
                    "Invalid channels: " + channels + ". It must be 1 (luminance) or 3 (RGB).");
        }
        if ((background & 0xff000000) != 0) {
            throw new IllegalArgumentException(
                    "Invalid background: 0x%x. It must be within 0 and 0xffffff (0xRRGGBB)."
                            .formatted(background));
        }
        if ((long) height * width > Integer.MAX_VALUE / 4 / channels) {
            throw new IllegalArgumentException(
                    "Invalid height and width: %d x %d. Their product must be at most %d."
                            .formatted(height, width, Integer.MAX_VALUE / 4 / channels));
        }
    }

    /**
     * Decodes to this size, by {@link ResizeMode#STRETCH}, on white, within {@link
     * ImageLimits#DEFAULT}.
     */
    public static ImageDecoding of(int height, int width, int channels) {
        return new ImageDecoding(
                height,
                width,
                channels,
                ResizeMode.STRETCH,
                DEFAULT_BACKGROUND,
                ImageLimits.DEFAULT);
    }

    /** The largest image taken. */
    public long maxPixels() {
        return limits.maxPixels();
    }

    /** The same for images of up to so many pixels. */
    public ImageDecoding withMaxPixels(long limit) {
        return withLimits(new ImageLimits(limit, limits.maxTime()));
    }

    /** The same with another bound of the processor time for one image. */
    public ImageDecoding withMaxTime(Duration limit) {
        return withLimits(new ImageLimits(limits.maxPixels(), limit));
    }

    /** The same with other limits. */
    public ImageDecoding withLimits(ImageLimits other) {
        return new ImageDecoding(height, width, channels, resizeMode, background, other);
    }

    /** The same with another way to resize. */
    public ImageDecoding withResizeMode(ResizeMode mode) {
        return new ImageDecoding(height, width, channels, mode, background, limits);
    }

    /** The same before another colour, {@code 0xRRGGBB}. */
    public ImageDecoding withBackground(int rgb) {
        return new ImageDecoding(height, width, channels, resizeMode, rgb, limits);
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "Invalid %s: %d. It must be at least 1.".formatted(name, value));
        }
    }
}
