package io.flinkgpu.connectors.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Images and near-images made in code. */
final class TestImages {

    private TestImages() {}

    /** An image with detail, so that its compressed data is not trivially short. */
    static BufferedImage picture(int width, int height, int type) {
        BufferedImage image = new BufferedImage(width, height, type);
        Random random = new Random(7);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int red = 255 * x / width;
                int green = 255 * y / height;
                image.setRGB(x, y, 0xff000000 | red << 16 | green << 8 | random.nextInt(256));
            }
        }
        return image;
    }

    /** Encodes with ImageIO; {@code format} is its name for the format. */
    static byte[] encode(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!ImageIO.write(image, format, out)) {
            throw new IOException("Cannot encode " + image + " as " + format + ": no writer.");
        }
        return out.toByteArray();
    }

    static byte[] jpeg(int width, int height) throws IOException {
        return encode(picture(width, height, BufferedImage.TYPE_INT_RGB), "jpeg");
    }

    static byte[] progressiveJpeg(int width, int height) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            writer.setOutput(stream);
            BufferedImage image = picture(width, height, BufferedImage.TYPE_INT_RGB);
            writer.write(null, new IIOImage(image, null, null), param);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    /** A JPEG of four components and no Adobe marker, which readers take for CMYK. */
    static byte[] cmykJpeg(int width, int height) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            WritableRaster raster =
                    Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, height, 4, null);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(raster, null, null), null);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    /** A whole JPEG whose header says another size: the frame segment of ITU-T T.81, B.2.2. */
    static byte[] jpegWithHeaderSize(int width, int height) throws IOException {
        byte[] jpeg = jpeg(16, 16);
        int frame = indexOfBaselineFrame(jpeg);
        jpeg[frame + 5] = (byte) (height >> 8);
        jpeg[frame + 6] = (byte) height;
        jpeg[frame + 7] = (byte) (width >> 8);
        jpeg[frame + 8] = (byte) width;
        return jpeg;
    }

    /** A PNG of 8-bit RGB whose header says this size and whose data is a few bytes. */
    static byte[] pngWithHeaderSize(int width, int height) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(header);
        fields.writeInt(width);
        fields.writeInt(height);
        fields.write(new byte[] {8, 2, 0, 0, 0});
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(data)) {
            deflater.write(new byte[100]);
        }

        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        writeChunk(png, "IHDR", header.toByteArray());
        writeChunk(png, "IDAT", data.toByteArray());
        writeChunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    /** A row of RGB pixels, 16 bits a sample. */
    static BufferedImage ushortRgb(int... samples) {
        BufferedImage image =
                ImageTypeSpecifier.createInterleaved(
                                ColorSpace.getInstance(ColorSpace.CS_sRGB),
                                new int[] {0, 1, 2},
                                DataBuffer.TYPE_USHORT,
                                false,
                                false)
                        .createBufferedImage(samples.length / 3, 1);
        image.getRaster().setPixels(0, 0, samples.length / 3, 1, samples);
        return image;
    }

    static byte[] prefix(byte[] content, int length) {
        return Arrays.copyOf(content, length);
    }

    private static int indexOfBaselineFrame(byte[] jpeg) {
        for (int i = 0; i < jpeg.length - 1; i++) {
            if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == 0xc0) {
                return i;
            }
        }
        throw new IllegalArgumentException(
                "Invalid JPEG: no baseline frame. Write it as baseline.");
    }

    private static void writeChunk(ByteArrayOutputStream png, String type, byte[] data)
            throws IOException {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        DataOutputStream out = new DataOutputStream(png);
        out.writeInt(data.length);
        out.write(name);
        out.write(data);
        out.writeInt((int) crc.getValue());
    }
}
