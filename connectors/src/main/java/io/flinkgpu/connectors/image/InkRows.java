package io.flinkgpu.connectors.image;

import java.awt.image.Raster;

/** The rows of an image of four inks, turned into red, green and blue. */
final class InkRows implements PixelRows {

    private final Raster raster;
    private final Inks inks;
    private final int channels;
    private final float[] levels;

    /**
     * @param raster of four or more bands of bytes, of which the first four are inks
     */
    InkRows(Raster raster, Inks inks, int channels) {
        this.raster = raster;
        this.inks = inks;
        this.channels = channels;
        this.levels = new float[raster.getWidth() * 3];
    }

    @Override
    public int height() {
        return raster.getHeight();
    }

    @Override
    public int width() {
        return raster.getWidth();
    }

    @Override
    public int channels() {
        return channels;
    }

    @Override
    public void read(int y, float[] target, int offset) {
        byte[] row =
                (byte[])
                        raster.getDataElements(
                                raster.getMinX(), raster.getMinY() + y, width(), 1, null);
        inks.toRgb(row, levels);
        for (int x = 0, from = 0, to = offset; x < width(); x++, from += 3, to += channels) {
            if (channels == 1) {
                target[to] = Luminance.of(levels, from) / 255f;
            } else {
                target[to] = levels[from] / 255f;
                target[to + 1] = levels[from + 1] / 255f;
                target[to + 2] = levels[from + 2] / 255f;
            }
        }
    }
}
