package io.flinkgpu.deploy.digits;

import java.util.random.RandomGenerator;

/**
 * Shows the network a slightly different picture each time: rotated, scaled, shifted, and with
 * another contrast.
 *
 * <p>Not safe for several threads: it draws from one generator.
 */
final class DigitAugmenter {
    private static final double MAX_ROTATION = Math.toRadians(7);
    private static final double MAX_SCALE = 0.08;
    private static final double MAX_SHIFT = 1.5;
    private static final double MAX_CONTRAST = 0.2;
    private static final double MIDDLE = (DigitImages.SIDE - 1) / 2.0;

    private final RandomGenerator random;

    DigitAugmenter(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Writes a changed copy of an image.
     *
     * @param image {@code [32, 32]} luminance, row-major; is not changed
     * @param target receives the copy, from {@code offset} on
     */
    void augment(float[] image, float[] target, int offset) {
        double rotation = random.nextDouble(-MAX_ROTATION, MAX_ROTATION);
        double scale = random.nextDouble(1 - MAX_SCALE, 1 + MAX_SCALE);
        double cos = Math.cos(rotation) * scale;
        double sin = Math.sin(rotation) * scale;
        double left = MIDDLE + random.nextDouble(-MAX_SHIFT, MAX_SHIFT);
        double top = MIDDLE + random.nextDouble(-MAX_SHIFT, MAX_SHIFT);
        float contrast = (float) random.nextDouble(1 - MAX_CONTRAST, 1);
        for (int i = 0; i < DigitImages.PIXELS; i++) {
            int column = i % DigitImages.SIDE;
            int row = i / DigitImages.SIDE;
            double x = column - MIDDLE;
            double y = row - MIDDLE;
            target[offset + i] =
                    contrast * sample(image, left + cos * x - sin * y, top + sin * x + cos * y);
        }
    }

    /** Interpolates bilinearly; beyond the border lies the border's pixel. */
    private static float sample(float[] image, double x, double y) {
        double inX = Math.min(Math.max(x, 0), DigitImages.SIDE - 1.001);
        double inY = Math.min(Math.max(y, 0), DigitImages.SIDE - 1.001);
        int column = (int) inX;
        int row = (int) inY;
        double right = inX - column;
        double bottom = inY - row;
        int corner = row * DigitImages.SIDE + column;
        int below = corner + DigitImages.SIDE;
        double upper = image[corner] * (1 - right) + image[corner + 1] * right;
        double lower = image[below] * (1 - right) + image[below + 1] * right;
        return (float) (upper * (1 - bottom) + lower * bottom);
    }
}
