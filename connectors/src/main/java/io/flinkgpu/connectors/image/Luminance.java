package io.flinkgpu.connectors.image;

/** Luminance of stored samples (ITU-R BT.601-7, section 2.5.1). */
final class Luminance {

    private static final float RED = 0.299f;
    private static final float GREEN = 0.587f;
    private static final float BLUE = 0.114f;

    private Luminance() {}

    /** Of the red, green and blue level from here on, in their unit. */
    static float of(float[] levels, int from) {
        return RED * levels[from] + GREEN * levels[from + 1] + BLUE * levels[from + 2];
    }
}
