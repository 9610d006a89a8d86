package io.flinkgpu.connectors.image;

/** The colour behind what is transparent, and around what is smaller than its frame. */
final class Background {

    private final float[] levels;
    private final float gray;

    /**
     * @param rgb {@code 0xRRGGBB}
     */
    Background(int rgb) {
        this.levels = new float[] {rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff};
        this.gray = Luminance.of(levels, 0);
    }

    /**
     * Puts the background behind pixels {@code [width, band]}, values in {@code [0, 255]}; the band
     * behind the colours is alpha.
     *
     * @param isWeighted whether alpha has been multiplied into the colours
     */
    void fill(float[] pixels, int colors, int bands, boolean isWeighted) {
        for (int from = 0; from < pixels.length; from += bands) {
            float alpha = pixels[from + colors] / 255f;
            for (int c = 0; c < colors; c++) {
                float color = isWeighted ? pixels[from + c] : alpha * pixels[from + c];
                pixels[from + c] = color + (1 - alpha) * (colors == 1 ? gray : levels[c]);
            }
        }
    }

    /** The value of a channel, in {@code [0, 1]}. */
    float value(int channel, int channels) {
        return (channels == 1 ? gray : levels[channel]) / 255f;
    }
}
