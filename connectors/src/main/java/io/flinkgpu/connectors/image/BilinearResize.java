package io.flinkgpu.connectors.image;

import io.flinkgpu.connectors.image.Fitting.Region;

/**
 * Resizes a region of an image by bilinear interpolation between pixel centres, without a low-pass
 * filter before it.
 *
 * <p>Target pixel {@code i} looks at source position {@code (i + 0.5) * region / target - 0.5}
 * within the region, clamped to the image. For the whole image, this is what {@code
 * tf.image.resize} does with {@code method="bilinear"} and {@code antialias=False}. Reads two
 * source rows at a time, so that memory does not grow with the source's height.
 */
final class BilinearResize {

    private final PixelRows source;
    private final Region region;
    private final int height;
    private final int width;
    private float[] upper;
    private float[] lower;
    private int upperRow = -1;
    private int lowerRow = -1;

    private BilinearResize(PixelRows source, Region region, int height, int width) {
        this.source = source;
        this.region = region;
        this.height = height;
        this.width = width;
        this.upper = new float[source.width() * source.channels()];
        this.lower = new float[upper.length];
    }

    /** The whole image, resized. */
    static float[] resize(PixelRows source, int height, int width) {
        return resize(source, Region.all(source), height, width);
    }

    /** The resized pixels, {@code [height, width, channel]}; the source's when sizes are equal. */
    static float[] resize(PixelRows source, Region region, int height, int width) {
        float[] target = new float[height * width * source.channels()];
        if (source.height() == height && source.width() == width && region.isAll(source)) {
            for (int y = 0; y < height; y++) {
                source.read(y, target, y * width * source.channels());
            }
        } else {
            new BilinearResize(source, region, height, width).fill(target);
        }
        return target;
    }

    private void fill(float[] target) {
        for (int y = 0; y < height; y++) {
            double position = position(y, height, region.top(), region.height(), source.height());
            int top = (int) position;
            readRows(top, Math.min(top + 1, source.height() - 1));
            fillRow(target, y * width * source.channels(), (float) (position - top));
        }
    }

    private void fillRow(float[] target, int offset, float fromLower) {
        int channels = source.channels();
        for (int x = 0; x < width; x++) {
            double position = position(x, width, region.left(), region.width(), source.width());
            int left = (int) position;
            int right = Math.min(left + 1, source.width() - 1);
            float fromRight = (float) (position - left);
            for (int c = 0; c < channels; c++) {
                int l = left * channels + c;
                int r = right * channels + c;
                float top = mix(upper[l], upper[r], fromRight);
                float bottom = mix(lower[l], lower[r], fromRight);
                target[offset + x * channels + c] = mix(top, bottom, fromLower);
            }
        }
    }

    /** Rows only move downwards, so the lower row often becomes the upper one. */
    private void readRows(int top, int bottom) {
        if (top == lowerRow) {
            float[] free = upper;
            upper = lower;
            upperRow = lowerRow;
            lower = free;
            lowerRow = -1;
        }
        if (top != upperRow) {
            source.read(top, upper, 0);
            upperRow = top;
        }
        if (bottom != lowerRow) {
            source.read(bottom, lower, 0);
            lowerRow = bottom;
        }
    }

    private static double position(
            int target, int targetSize, double from, double size, int sourceSize) {
        double position = from + (target + 0.5) * size / targetSize - 0.5;
        return Math.min(Math.max(position, 0), sourceSize - 1);
    }

    private static float mix(float first, float second, float weightOfSecond) {
        return first + (second - first) * weightOfSecond;
    }
}
