package io.flinkgpu.deploy.digits;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.image.BufferedImage;
import java.util.random.RandomGenerator;

/**
 * How much ink covers each point of an image, at four times the image's resolution.
 *
 * <p>Shape {@code [height=128, width=128]}, row-major, values in {@code [0, 1]}. Immutable.
 */
final class InkMask {
    /** Points of the mask for each pixel of the image, in either direction. */
    static final int SCALE = 4;

    private static final int SIDE = DigitImages.SIDE * SCALE;

    private final float[] coverage;

    private InkMask(float[] coverage) {
        this.coverage = coverage;
    }

    /** Fills a shape given in pixels of the image. */
    static InkMask of(Shape shape) {
        BufferedImage canvas = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = canvas.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(Color.WHITE);
        graphics.scale(SCALE, SCALE);
        graphics.fill(shape);
        graphics.dispose();
        return new InkMask(DigitImages.luminance(canvas));
    }

    /**
     * Moves every point along a smooth random field.
     *
     * @param amplitude standard deviation of the field's nodes, in pixels of the image
     */
    InkMask distorted(double amplitude, RandomGenerator random) {
        SmoothNoise dx = new SmoothNoise(4, random);
        SmoothNoise dy = new SmoothNoise(4, random);
        float[] moved = new float[coverage.length];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double u = x / (double) SIDE;
                double v = y / (double) SIDE;
                moved[y * SIDE + x] =
                        sample(
                                x + dx.at(u, v) * amplitude * SCALE,
                                y + dy.at(u, v) * amplitude * SCALE);
            }
        }
        return new InkMask(moved);
    }

    /**
     * Blurs with a Gaussian.
     *
     * @param sigma standard deviation in pixels of the image, above 0
     */
    InkMask blurred(double sigma) {
        float[] kernel = gaussian(sigma * SCALE);
        return new InkMask(convolved(convolved(coverage, kernel, 1, SIDE), kernel, SIDE, 1));
    }

    /** Returns the mean coverage of each pixel: {@code [32, 32]}, row-major. */
    float[] pixels() {
        float[] pixels = new float[DigitImages.PIXELS];
        for (int i = 0; i < coverage.length; i++) {
            int pixel = i / SIDE / SCALE * DigitImages.SIDE + i % SIDE / SCALE;
            pixels[pixel] += coverage[i] / (SCALE * SCALE);
        }
        return pixels;
    }

    private float sample(double x, double y) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        double right = x - left;
        double bottom = y - top;
        double upper = at(left, top) * (1 - right) + at(left + 1, top) * right;
        double lower = at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right;
        return (float) (upper * (1 - bottom) + lower * bottom);
    }

    private float at(int x, int y) {
        return x < 0 || y < 0 || x >= SIDE || y >= SIDE ? 0 : coverage[y * SIDE + x];
    }

    private static float[] gaussian(double sigma) {
        int radius = (int) Math.ceil(3 * sigma);
        float[] kernel = new float[2 * radius + 1];
        double sum = 0;
        for (int i = -radius; i <= radius; i++) {
            kernel[i + radius] = (float) Math.exp(-i * i / (2 * sigma * sigma));
            sum += kernel[i + radius];
        }
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] = (float) (kernel[i] / sum);
        }
        return kernel;
    }

    /** Convolves every line of points {@code step} apart; lines lie {@code stride} apart. */
    private static float[] convolved(float[] in, float[] kernel, int step, int stride) {
        int radius = kernel.length / 2;
        float[] out = new float[in.length];
        for (int line = 0; line < SIDE; line++) {
            for (int i = 0; i < SIDE; i++) {
                float sum = 0;
                for (int k = Math.max(-radius, -i); k <= Math.min(radius, SIDE - 1 - i); k++) {
                    sum += kernel[k + radius] * in[line * stride + (i + k) * step];
                }
                out[line * stride + i * step] = sum;
            }
        }
        return out;
    }
}
