package io.flinkgpu.deploy.digits;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.random.RandomGenerator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Writes the painter's images as JPEG files of varying quality.
 *
 * <p>Stateless but for its settings, safe for any thread.
 */
final class JpegFiles {
    private final Path directory;
    private final DigitPainter painter;
    private final long seed;

    JpegFiles(Path directory, DigitPainter painter, long seed) {
        this.directory = directory;
        this.painter = painter;
        this.seed = seed;
    }

    /**
     * Draws one file.
     *
     * @param number the image's number; it and the seed determine the image
     */
    void write(LabelledFile file, int number) throws IOException {
        Path path = directory.resolve(file.path());
        Files.createDirectories(path.getParent());
        Files.write(path, encode(file.label(), new Random(mix(seed, number))));
    }

    private byte[] encode(int label, RandomGenerator random) throws IOException {
        BufferedImage image = painter.paint(label, random);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionQuality((float) random.nextDouble(0.6, 0.95));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), param);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** The finaliser of SplitMix64: unrelated generators for neighbouring numbers. */
    private static long mix(long seed, int number) {
        long z = seed + (number + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
