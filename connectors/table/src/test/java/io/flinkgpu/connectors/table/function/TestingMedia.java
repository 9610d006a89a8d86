package io.flinkgpu.connectors.table.function;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/** Files that the JDK writes. */
public final class TestingMedia {

    private TestingMedia() {}

    /** A PNG of one colour. */
    public static byte[] png(int width, int height, Color color) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(color);
        graphics.fillRect(0, 0, width, height);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    /** A WAV at 8 kHz with so many samples, each half of the largest. */
    public static byte[] wav(int samples) throws IOException {
        byte[] pcm = new byte[2 * samples];
        for (int i = 0; i < samples; i++) {
            pcm[2 * i + 1] = 0x40;
        }
        AudioFormat format = new AudioFormat(8_000, 16, 1, true, false);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        AudioSystem.write(
                new AudioInputStream(new ByteArrayInputStream(pcm), format, samples),
                AudioFileFormat.Type.WAVE,
                bytes);
        return bytes.toByteArray();
    }
}
