package io.flinkgpu.connectors.image;

import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageMetadata;
import io.flinkgpu.connectors.decode.DecodeBudget;
import io.flinkgpu.connectors.decode.DecodeBudgetException;
import io.flinkgpu.connectors.image.ImageFile.Canvas;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;

/**
 * Reads the pixels of a file by ImageIO's readers, one for each format.
 *
 * <p>Not thread-safe. A reader that failed is not used again: its state is anyone's guess.
 */
final class PixelReader implements AutoCloseable {

    // Small enough for the budget to be looked at every few scans of few bytes.
    private static final int MAX_READ_OF_SCANS = 256;

    private final ImageDecoding decoding;
    private final Background background;
    private final DecodeBudget budget;
    private final Map<ImageFormat, ImageReader> readers = new EnumMap<>(ImageFormat.class);

    PixelReader(ImageDecoding decoding, Background background, DecodeBudget budget) {
        this.decoding = decoding;
        this.background = background;
        this.budget = budget;
    }

    /** The pixels as they are stored, and what is to be known of them. */
    record Result(PixelRows rows, Orientation orientation, List<String> flaws) {}

    /**
     * Reads a file.
     *
     * @throws ImageRefusedException if it is too large, truncated, or of other colours
     * @throws DecodeBudgetException if it takes too long
     * @throws IOException or an unchecked exception if it is damaged
     */
    Result read(ImageFile file) throws IOException, ImageRefusedException {
        boolean isDone = false;
        try {
            Result result = readByReader(file);
            isDone = true;
            return result;
        } finally {
            if (!isDone) {
                discard(file.format());
            }
        }
    }

    @Override
    public void close() {
        readers.values().forEach(ImageReader::dispose);
        readers.clear();
    }

    private Result readByReader(ImageFile file) throws IOException, ImageRefusedException {
        ImageReader reader = reader(file.format());
        ReadWatch watch = new ReadWatch(budget);
        int maxRead = file.passes().scans() > 1 ? MAX_READ_OF_SCANS : Integer.MAX_VALUE;
        try (SplicedImageInputStream in =
                new SplicedImageInputStream(file.parts(), budget, maxRead)) {
            boolean isTiff = file.format() == ImageFormat.TIFF;
            reader.setInput(in, !isTiff, !isTiff);
            reader.addIIOReadWarningListener(watch);
            reader.addIIOReadProgressListener(watch);
            requireSize(reader.getWidth(0), reader.getHeight(0));
            PixelRows rows = rows(reader, file);
            budget.check(); // a reader that was told to end does so without a word
            return new Result(rows, orientation(reader, file), flaws(watch, file));
        } finally {
            reader.reset(); // lets go of the input and the listeners
        }
    }

    private ImageReader reader(ImageFormat format) throws IOException {
        ImageReader reader = readers.get(format);
        if (reader == null) {
            reader = ImageReaders.create(format);
            readers.put(format, reader);
        }
        return reader;
    }

    private PixelRows rows(ImageReader reader, ImageFile file)
            throws IOException, ImageRefusedException {
        if (file.inks() != null) {
            return new InkRows(reader.readRaster(0, null), file.inks(), decoding.channels());
        }
        ImageReadParam param = null;
        if (file.format() == ImageFormat.TIFF) {
            param = reader.getDefaultReadParam();
            param.setDestinationType(reader.getRawImageType(0)); // with no colour conversion
        }
        BufferedImage image = reader.read(0, param);
        int space = image.getColorModel().getColorSpace().getType();
        if (space == ColorSpace.TYPE_CMYK
                && image.getRaster().getTransferType() == DataBuffer.TYPE_BYTE
                && image.getRaster().getNumBands() == 4) {
            return new InkRows(image.getRaster(), Inks.CMYK, decoding.channels());
        }
        if (space != ColorSpace.TYPE_GRAY && space != ColorSpace.TYPE_RGB) {
            throw new ImageRefusedException(
                    "the %s is of an unsupported colour model (%s); convert it to RGB"
                            .formatted(file.format(), image.getColorModel()));
        }
        return new ImageRows(onCanvas(image, file.canvas()), decoding.channels(), background);
    }

    /** A frame that is smaller than the animation, in its place on nothing. */
    private BufferedImage onCanvas(BufferedImage frame, Canvas canvas)
            throws ImageRefusedException {
        if (canvas == null) {
            return frame;
        }
        Canvas whole = canvas.around(frame.getWidth(), frame.getHeight());
        if (whole.width() == frame.getWidth() && whole.height() == frame.getHeight()) {
            return frame;
        }
        requireSize(whole.width(), whole.height());
        BufferedImage image =
                new BufferedImage(whole.width(), whole.height(), BufferedImage.TYPE_INT_ARGB);
        int[] row = new int[frame.getWidth()];
        for (int y = 0; y < frame.getHeight(); y++) {
            frame.getRGB(0, y, row.length, 1, row, 0, row.length);
            image.setRGB(whole.x(), whole.y() + y, row.length, 1, row, 0, row.length);
        }
        return image;
    }

    private void requireSize(int width, int height) throws ImageRefusedException {
        if ((long) width * height > decoding.maxPixels()) {
            throw new ImageRefusedException(
                    "its header says %d x %d = %d pixels, more than the limit of %d (maxPixels)"
                            .formatted(width, height, (long) width * height, decoding.maxPixels()));
        }
    }

    private static Orientation orientation(ImageReader reader, ImageFile file) throws IOException {
        if (file.format() != ImageFormat.TIFF) {
            return file.orientation();
        }
        var field =
                ((TIFFImageMetadata) reader.getImageMetadata(0)).getTIFFField(TIFF.TAG_ORIENTATION);
        return field != null && field.getValue() instanceof Number value
                ? Orientation.ofValue(value.intValue())
                : Orientation.NORMAL;
    }

    private static List<String> flaws(ReadWatch watch, ImageFile file)
            throws ImageRefusedException {
        boolean isEndMissing = watch.isEndMissing();
        if (!watch.damage().isEmpty()) {
            throw new ImageRefusedException("the file is truncated or damaged: " + watch.damage());
        }
        if (isEndMissing && !(watch.isEndAllThatIsMissing() && file.passes().hasAll())) {
            throw new ImageRefusedException(
                    "the file is truncated or damaged: it ends before its last scan");
        }
        List<String> flaws = new ArrayList<>(file.flaws());
        if (isEndMissing) {
            flaws.add("its end marker is missing");
        }
        if (!watch.profileFlaw().isEmpty()) {
            flaws.add(watch.profileFlaw());
        }
        return List.copyOf(flaws);
    }

    private void discard(ImageFormat format) {
        ImageReader reader = readers.remove(format);
        if (reader != null) {
            reader.dispose();
        }
    }
}
