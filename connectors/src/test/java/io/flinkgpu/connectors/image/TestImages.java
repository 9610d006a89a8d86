package io.flinkgpu.connectors.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

    /** The JPEG with a segment of the application or a comment behind its start. */
    static byte[] withSegment(byte[] jpeg, int marker, byte[] data) {
        byte[] head = {(byte) 0xff, (byte) marker, high(data), (byte) (data.length + 2)};
        return splice(jpeg, 2, concat(head, data));
    }

    /** The data of an Exif segment, with the orientation behind another entry. */
    static byte[] exif(int orientation, ByteOrder order) {
        ByteBuffer exif = ByteBuffer.allocate(6 + 8 + 2 + 24 + 4).order(order);
        exif.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
        exif.put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.US_ASCII));
        exif.putShort((short) 42).putInt(8).putShort((short) 2);
        // A broken entry: a text that lies outside of the block.
        exif.putShort((short) 0x010e).putShort((short) 2).putInt(1000).putInt(0x7fffffff);
        exif.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
        return exif.array();
    }

    /** The progressive JPEG with so many more scans, which refine nothing. */
    static byte[] withScans(byte[] jpeg, int count, int width, int height) {
        // One bit for each block of the first component (ITU-T T.81, G.1.2.1.1).
        int blocks = ((width + 7) / 8) * ((height + 7) / 8);
        byte[] header = {(byte) 0xff, (byte) 0xda, 0, 8, 1, 1, 0, 0, 0, 0x10};
        byte[] scan = concat(header, new byte[(blocks + 7) / 8]);
        ByteArrayOutputStream scans = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            scans.writeBytes(scan);
        }
        return splice(jpeg, jpeg.length - 2, scans.toByteArray());
    }

    /** The PNG with a chunk behind its header. */
    static byte[] withChunk(byte[] png, String type, byte[] data) throws IOException {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        writeChunk(chunk, type, data);
        return splice(png, 8 + 25, chunk.toByteArray());
    }

    /** The header of a colour profile, and zeros up to its length. */
    static byte[] profile(String colorSpace, int length) {
        ByteBuffer profile = ByteBuffer.allocate(length).putInt(length);
        profile.put(16, colorSpace.getBytes(StandardCharsets.US_ASCII));
        profile.put(36, "acsp".getBytes(StandardCharsets.US_ASCII));
        return profile.array();
    }

    /** The data of one of the segments that hold a JPEG's profile. */
    static byte[] profileChunk(int number, int count, byte[] profile) {
        byte[] name = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);
        return concat(name, concat(new byte[] {(byte) number, (byte) count}, profile));
    }

    /** One file of the test resources' folder images; make_images.py says how it was made. */
    static byte[] resource(String name) throws IOException {
        try (InputStream in = TestImages.class.getResourceAsStream("/images/" + name)) {
            return in.readAllBytes();
        }
    }

    static byte[] concat(byte[] first, byte[] second) {
        return splice(first, first.length, second);
    }

    static byte[] splice(byte[] content, int at, byte[] inserted) {
        return ByteBuffer.allocate(content.length + inserted.length)
                .put(content, 0, at)
                .put(inserted)
                .put(content, at, content.length - at)
                .array();
    }

    private static byte high(byte[] data) {
        return (byte) ((data.length + 2) >> 8);
    }

    /** A whole JPEG whose header says another size: the frame segment of ITU-T T.81, B.2.2. */
    static byte[] jpegWithHeaderSize(int width, int height) throws IOException {
        return withFrameSize(jpeg(16, 16), width, height);
    }

    /** The JPEG whose header says another size. */
    static byte[] withFrameSize(byte[] content, int width, int height) {
        byte[] jpeg = content.clone();
        int frame = indexOfFrame(jpeg);
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

    private static int indexOfFrame(byte[] jpeg) {
        for (int i = 0; i < jpeg.length - 1; i++) {
            if ((jpeg[i] & 0xff) == 0xff
                    && ((jpeg[i + 1] & 0xff) == 0xc0 || (jpeg[i + 1] & 0xff) == 0xc2)) {
                return i;
            }
        }
        throw new IllegalArgumentException(
                "Invalid JPEG: no frame. Write it as baseline or progressive.");
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
