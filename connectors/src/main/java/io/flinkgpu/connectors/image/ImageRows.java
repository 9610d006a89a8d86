package io.flinkgpu.connectors.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/**
 * The rows of an image of ImageIO. Sample values are taken as they are stored, before a background
 * where they are transparent; colours of a palette are looked up.
 */
final class ImageRows implements PixelRows {

    // Brings 16-bit samples to the range of 8-bit ones: 65535 / 257 = 255.
    private static final float USHORT_PER_BYTE = 257f;

    private final BufferedImage image;
    private final Raster raster;
    private final int channels;
    private final boolean isPacked;
    private final int bands;
    private final int colors;
    private final boolean hasAlpha;
    private final Background background;
    private final float[] levels;

    /**
     * @param channels of the rows to hand out, 1 or 3
     */
    ImageRows(BufferedImage image, int channels, Background background) {
        ColorModel model = image.getColorModel();
        this.image = image;
        this.raster = image.getRaster();
        this.channels = channels;
        this.isPacked = !hasWholeSamples(model);
        this.hasAlpha = model.hasAlpha();
        this.colors = isPacked ? 3 : model.getNumColorComponents();
        this.bands = isPacked ? (hasAlpha ? 4 : 3) : raster.getNumBands();
        this.background = background;
        this.levels = new float[image.getWidth() * bands];
    }

    @Override
    public int height() {
        return image.getHeight();
    }

    @Override
    public int width() {
        return image.getWidth();
    }

    @Override
    public int channels() {
        return channels;
    }

    @Override
    public void read(int y, float[] target, int offset) {
        readLevels(y);
        if (hasAlpha) {
            boolean isWeighted = !isPacked && image.isAlphaPremultiplied();
            background.fill(levels, colors, bands, isWeighted);
        }
        int green = isGray() ? 0 : 1;
        int blue = isGray() ? 0 : 2;
        for (int x = 0, from = 0, to = offset; x < width(); x++, from += bands, to += channels) {
            if (channels == 3) {
                target[to] = levels[from] / 255f;
                target[to + 1] = levels[from + green] / 255f;
                target[to + 2] = levels[from + blue] / 255f;
            } else if (isGray()) {
                target[to] = levels[from] / 255f;
            } else {
                target[to] = Luminance.of(levels, from) / 255f;
            }
        }
    }

    private boolean isGray() {
        return colors == 1;
    }

    /** Whether each sample is an element of 8 or 16 bits that uses all of them. */
    private boolean hasWholeSamples(ColorModel model) {
        int type = raster.getTransferType();
        return model instanceof ComponentColorModel
                && raster.getSampleModel() instanceof ComponentSampleModel
                && (type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT)
                && model.getComponentSize(0) == DataBuffer.getDataTypeSize(type);
    }

    /** Fills {@code levels} with row {@code y} as {@code [width, band]}, values in [0, 255]. */
    private void readLevels(int y) {
        if (isPacked) {
            readPacked(y);
        } else if (raster.getTransferType() == DataBuffer.TYPE_BYTE) {
            byte[] row = (byte[]) raster.getDataElements(0, y, width(), 1, null);
            for (int i = 0; i < levels.length; i++) {
                levels[i] = row[i] & 0xff;
            }
        } else {
            short[] row = (short[]) raster.getDataElements(0, y, width(), 1, null);
            for (int i = 0; i < levels.length; i++) {
                levels[i] = (row[i] & 0xffff) / USHORT_PER_BYTE;
            }
        }
    }

    private void readPacked(int y) {
        int[] row = image.getRGB(0, y, width(), 1, null, 0, width());
        for (int x = 0, to = 0; x < row.length; x++, to += bands) {
            levels[to] = (row[x] >> 16) & 0xff;
            levels[to + 1] = (row[x] >> 8) & 0xff;
            levels[to + 2] = row[x] & 0xff;
            if (hasAlpha) {
                levels[to + 3] = row[x] >>> 24;
            }
        }
    }
}
