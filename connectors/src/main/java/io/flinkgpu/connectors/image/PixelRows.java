package io.flinkgpu.connectors.image;

/** The rows of a decoded image, with no gamma and no colour-space conversion. */
interface PixelRows {

    int height();

    int width();

    /** 1 (luminance) or 3 (red, green, blue). */
    int channels();

    /** Writes row {@code y} as {@code [width, channel]}, values in {@code [0, 1]}. */
    void read(int y, float[] target, int offset);
}
