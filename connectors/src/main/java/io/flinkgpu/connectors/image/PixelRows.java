package io.flinkgpu.connectors.image;

import java.awt.image.BufferedImage;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * The rows of a decoded image as float levels, with no gamma or colour-space conversion.
 *
 * <p>Sample values are taken as they are stored; alpha is left out, not blended. Colours of a
 * palette are looked up.
 */
final class PixelRows {

    // ITU-R BT.601-7, section 2.5.1: the weights of luminance.
    private static final float RED = 0.299f;
    private static final float GREEN = 0.587f;
    private static final float BLUE = 0.114f;

    // Brings 16-bit samples to the range of 8-bit ones: 65535 / 257 = 255.
    private static final float USHORT_PER_BYTE = 257f;

    private final BufferedImage image;
    private final Raster raster;
    private final int channels;
    private final int bands;
    private final float[] levels;
    private final boolean isPacked;

    /**
     * @param channels of the rows to hand out, 1 or 3
     */
    PixelRows(BufferedImage image, int channels) {
        this.image = image;
        this.raster = image.getRaster();
        this.channels = channels;
        this.isPacked =
                image.getColorModel() instanceof IndexColorModel
                        || !(raster.getSampleModel() instanceof ComponentSampleModel)
                        || (raster.getTransferType() != DataBuffer.TYPE_BYTE
                                && raster.getTransferType() != DataBuffer.TYPE_USHORT);
        this.bands = isPacked ? 3 : raster.getNumBands();
        this.levels = new float[image.getWidth() * bands];
    }

    int height() {
        return image.getHeight();
    }

    int width() {
        return image.getWidth();
    }

    int channels() {
        return channels;
    }

    /** Writes row {@code y} as {@code [width, channel]}, values in {@code [0, 1]}. */
    void read(int y, float[] target, int offset) {
        readLevels(y);
        for (int x = 0, from = 0, to = offset; x < width(); x++, from += bands, to += channels) {
            if (channels == 1) {
                target[to] = luminance(from);
            } else {
                target[to] = levels[from] / 255f;
                target[to + 1] = levels[isGray() ? from : from + 1] / 255f;
                target[to + 2] = levels[isGray() ? from : from + 2] / 255f;
            }
        }
    }

    private float luminance(int from) {
        if (isGray()) {
            return levels[from] / 255f;
        }
        return (RED * levels[from] + GREEN * levels[from + 1] + BLUE * levels[from + 2]) / 255f;
    }

    /** One band, or one with alpha. */
    private boolean isGray() {
        return bands < 3;
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
        }
    }
}
