package io.flinkgpu.connectors.image;

/**
 * How four samples say a colour of cyan, magenta, yellow and black ink.
 *
 * <p>The colours are {@code (255 - ink) * (255 - black) / 255}, with no colour profile.
 */
enum Inks {
    /** Samples are amounts of ink: TIFF. */
    CMYK(false, false),
    /** Samples are 255 less the amount of ink: JPEG, as Adobe writes it and as others do. */
    INVERTED_CMYK(true, false),
    /** The first three samples are luminance and chrominance of the others' complement. */
    INVERTED_YCCK(true, true);

    private final boolean isInverted;
    private final boolean isYcc;

    Inks(boolean isInverted, boolean isYcc) {
        this.isInverted = isInverted;
        this.isYcc = isYcc;
    }

    /** Writes red, green and blue of {@code [width, 4]} samples, values in {@code [0, 255]}. */
    void toRgb(byte[] samples, float[] levels) {
        for (int from = 0, to = 0; from < samples.length; from += 4, to += 3) {
            int first = samples[from] & 0xff;
            int second = samples[from + 1] & 0xff;
            int third = samples[from + 2] & 0xff;
            int black = samples[from + 3] & 0xff;
            if (isYcc) {
                int blueness = second - 128;
                int redness = third - 128;
                // ITU-T T.871, section 7; the inks are what is left to 255.
                second = 255 - clamp(first - 0.344136f * blueness - 0.714136f * redness);
                third = 255 - clamp(first + 1.772f * blueness);
                first = 255 - clamp(first + 1.402f * redness);
            }
            levels[to] = light(first) * light(black) / 255f;
            levels[to + 1] = light(second) * light(black) / 255f;
            levels[to + 2] = light(third) * light(black) / 255f;
        }
    }

    private int light(int sample) {
        return isInverted ? sample : 255 - sample;
    }

    private static int clamp(float level) {
        return Math.min(Math.max(Math.round(level), 0), 255);
    }
}
