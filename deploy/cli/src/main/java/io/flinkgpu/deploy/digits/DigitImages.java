package io.flinkgpu.deploy.digits;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.apache.flink.annotation.Internal;

/**
 * The pixel convention of the digits example: what the model is trained on and must be served with.
 *
 * <p>An image is {@code [height=32, width=32]}, {@code float32}, row-major, luminance in {@code [0,
 * 1]} with the weights of ITU-R BT.601 on the decoded sRGB bytes. Stateless, safe for any thread.
 */
@Internal
public final class DigitImages {
    /** Width and height of an image in pixels. */
    public static final int SIDE = 32;

    /** Number of pixels, and so of floats, of one image. */
    public static final int PIXELS = SIDE * SIDE;

    private static final float RED = 0.299f;
    private static final float GREEN = 0.587f;
    private static final float BLUE = 0.114f;

    private DigitImages() {}

    /**
     * Decodes one image file.
     *
     * @return {@link #PIXELS} luminance values, row-major
     * @throws IOException if the file cannot be read, is not an image that ImageIO knows, or is not
     *     32 x 32 pixels
     */
    public static float[] read(Path file) throws IOException {
        BufferedImage image = decode(file);
        if (image == null) {
            throw new IOException(
                    "Cannot decode " + file + ": it is not an image of a known format.");
        }
        if (image.getWidth() != SIDE || image.getHeight() != SIDE) {
            throw new IOException(
                    "Invalid image size of %s: %d x %d. It must be %d x %d pixels."
                            .formatted(file, image.getWidth(), image.getHeight(), SIDE, SIDE));
        }
        return luminance(image);
    }

    /** Returns the luminance of each pixel in {@code [0, 1]}, row-major. */
    static float[] luminance(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        int[] rgb = image.getRGB(0, 0, width, height, null, 0, width);
        float[] luminance = new float[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
            int red = rgb[i] >> 16 & 0xff;
            int green = rgb[i] >> 8 & 0xff;
            int blue = rgb[i] & 0xff;
            luminance[i] = (RED * red + GREEN * green + BLUE * blue) / 255f;
        }
        return luminance;
    }

    private static BufferedImage decode(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return ImageIO.read(new MemoryCacheImageInputStream(in));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException("Cannot decode " + file + ": " + e.getMessage(), e);
        }
    }
}
