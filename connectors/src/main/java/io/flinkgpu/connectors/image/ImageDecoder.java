package io.flinkgpu.connectors.image;

import io.flinkgpu.connectors.file.FileContent;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Decodes JPEG and PNG files to pixels of one size.
 *
 * <p>Luminance is {@code (0.299 r + 0.587 g + 0.114 b) / 255} of the stored samples (ITU-R BT.601),
 * a grey image's is its band over 255: no gamma in either. Images of another size are resized by
 * {@link BilinearResize}. An image's size is read from its header and checked before memory for
 * pixels is taken.
 *
 * <p>Not thread-safe: keeps one ImageIO reader per format. Close it to free their native memory.
 */
@PublicEvolving
public final class ImageDecoder implements AutoCloseable {

    private final ImageDecoding decoding;
    private final Map<ImageFormat, ImageReader> readers = new EnumMap<>(ImageFormat.class);

    public ImageDecoder(ImageDecoding decoding) {
        this.decoding = Objects.requireNonNull(decoding, "decoding");
    }

    /**
     * Decodes one file.
     *
     * @return pixels {@code [height, width, channel]} as configured, values in {@code [0, 1]}
     * @throws BadImageException if the file was not read, is empty, of another format, damaged,
     *     truncated, of an unsupported colour model, or has more pixels than allowed
     */
    public DecodedImage decode(FileContent file) throws BadImageException {
        ImageFormat format = formatOf(file);
        BufferedImage image;
        try {
            image = read(format, file);
        } catch (IOException | RuntimeException e) {
            discard(format); // its state after a failure is anyone's guess
            // ImageIO's readers answer malformed headers with unchecked exceptions as well.
            throw bad(file, "the %s data is damaged (%s)".formatted(format, e), e);
        } catch (BadImageException e) {
            discard(format);
            throw e;
        }
        PixelRows rows = new PixelRows(image, decoding.channels());
        return new DecodedImage(
                file.path(),
                decoding.height(),
                decoding.width(),
                decoding.channels(),
                BilinearResize.resize(rows, decoding.height(), decoding.width()));
    }

    @Override
    public void close() {
        readers.values().forEach(ImageReader::dispose);
        readers.clear();
    }

    private static ImageFormat formatOf(FileContent file) throws BadImageException {
        if (file.failure() != null) {
            throw bad(file, "the file was not read: " + file.failure().cause(), null);
        }
        if (file.content().length == 0) {
            throw bad(file, "the file is empty (0 bytes)", null);
        }
        return ImageFormat.of(file.content())
                .orElseThrow(
                        () ->
                                bad(
                                        file,
                                        "its first bytes (%s) are neither JPEG's nor PNG's"
                                                .formatted(ImageFormat.firstBytes(file.content())),
                                        null));
    }

    private BufferedImage read(ImageFormat format, FileContent file)
            throws IOException, BadImageException {
        ImageReader reader = readers.computeIfAbsent(format, ImageFormat::newReader);
        TruncationListener listener = new TruncationListener();
        try (ByteArrayImageInputStream in = new ByteArrayImageInputStream(file.content())) {
            reader.setInput(in, true, true);
            reader.addIIOReadWarningListener(listener);
            requireSize(reader.getWidth(0), reader.getHeight(0), file);
            requireKnownColors(reader, format, file);
            BufferedImage image = reader.read(0);
            if (listener.warning() != null) {
                throw bad(file, "the file is truncated or damaged: " + listener.warning(), null);
            }
            return image;
        } finally {
            reader.reset(); // lets go of the input and the listener
        }
    }

    private void requireSize(int width, int height, FileContent file) throws BadImageException {
        if ((long) width * height > decoding.maxPixels()) {
            throw bad(
                    file,
                    "its header says %d x %d = %d pixels, more than the limit of %d (maxPixels)"
                            .formatted(width, height, (long) width * height, decoding.maxPixels()),
                    null);
        }
    }

    /** Some JDKs read CMYK as four raw bands, others offer no type for it: neither is taken. */
    private static void requireKnownColors(ImageReader reader, ImageFormat format, FileContent file)
            throws IOException, BadImageException {
        Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
        if (!types.hasNext() || !isGreyOrRgb(types.next())) {
            throw bad(
                    file,
                    "the %s is CMYK or of another unsupported colour model; convert it to RGB"
                            .formatted(format),
                    null);
        }
    }

    private static boolean isGreyOrRgb(ImageTypeSpecifier type) {
        int space = type.getColorModel().getColorSpace().getType();
        return space == ColorSpace.TYPE_GRAY || space == ColorSpace.TYPE_RGB;
    }

    private void discard(ImageFormat format) {
        ImageReader reader = readers.remove(format);
        if (reader != null) {
            reader.dispose();
        }
    }

    private static BadImageException bad(FileContent file, String reason, Exception cause) {
        return new BadImageException(file.path(), reason, cause);
    }
}
