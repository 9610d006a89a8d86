package io.flinkgpu.deploy.digits;

import java.awt.image.BufferedImage;
import java.util.random.RandomGenerator;

/**
 * A photographed sheet of paper: its tint and texture, ruled lines, uneven light and the camera's
 * noise.
 *
 * <p>Positions are in pixels of the image, colours are sRGB in {@code [0, 1]}. Not safe for several
 * threads: printing draws from the random generator.
 */
final class Paper {
    private static final double[][] INKS = {
        {0.08, 0.08, 0.10}, {0.10, 0.14, 0.45}, {0.28, 0.28, 0.30}, {0.45, 0.10, 0.12}
    };

    private final RandomGenerator random;
    private final double[] tint;
    private final double[] ink;
    private final double opacity;
    private final SmoothNoise texture;
    private final double textureDepth;
    private final Light light;
    private final Lines lines;
    private final double noise;

    Paper(RandomGenerator random) {
        this.random = random;
        this.tint = tint(random);
        this.ink = INKS[random.nextInt(INKS.length)];
        this.opacity = random.nextDouble(0.75, 1);
        this.texture = new SmoothNoise(8, random);
        this.textureDepth = random.nextDouble(0, 0.04);
        this.light = Light.random(random);
        this.lines = Lines.random(random);
        this.noise = random.nextDouble(0.005, 0.07);
    }

    /**
     * Puts ink on the paper and takes the picture.
     *
     * @param coverage ink of each pixel: {@code [32, 32]}, row-major, in {@code [0, 1]}
     * @return a 32 x 32 image in RGB
     */
    BufferedImage print(float[] coverage) {
        int side = DigitImages.SIDE;
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                image.setRGB(x, y, pixel(x, y, coverage[y * side + x] * opacity));
            }
        }
        return image;
    }

    private int pixel(int x, int y, double covered) {
        double u = x / (double) DigitImages.SIDE;
        double v = y / (double) DigitImages.SIDE;
        double brightness = light.at(u, v);
        double sheet = 1 + texture.at(u, v) * textureDepth - lines.at(y);
        double grain = random.nextGaussian() * noise;
        int rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
            double colour = tint[channel] * sheet * (1 - covered) + ink[channel] * covered;
            rgb = rgb << 8 | toByte(colour * brightness + grain);
        }
        return rgb;
    }

    private static int toByte(double value) {
        return (int) Math.round(255 * Math.min(1, Math.max(0, value)));
    }

    private static double[] tint(RandomGenerator random) {
        double white = random.nextDouble(0.72, 1);
        double warmth = random.nextDouble(-0.04, 0.08);
        return new double[] {white + warmth / 2, white, white - warmth};
    }

    /** Brightness over the sheet: a slope, darker corners, sometimes the edge of a shadow. */
    private record Light(double angle, double slope, double corners, double shadow, double edge) {
        private static final double SHADOW_PROBABILITY = 0.15;
        private static final double EDGE_SOFTNESS = 0.06;

        static Light random(RandomGenerator random) {
            return new Light(
                    random.nextDouble(0, 2 * Math.PI),
                    random.nextDouble(0, 0.45),
                    random.nextDouble(0, 0.25),
                    random.nextDouble() < SHADOW_PROBABILITY ? random.nextDouble(0.2, 0.45) : 0,
                    random.nextDouble(-0.5, 0.5));
        }

        double at(double u, double v) {
            double x = u - 0.5;
            double y = v - 0.5;
            double along = x * Math.cos(angle) + y * Math.sin(angle);
            double across = y * Math.cos(angle) - x * Math.sin(angle);
            double shaded = shadow / (1 + Math.exp((across - edge) / EDGE_SOFTNESS));
            return (1 - slope * (along + 0.5)) * (1 - corners * 2 * (x * x + y * y)) * (1 - shaded);
        }
    }

    /** Faint horizontal rules; most sheets have none. */
    private record Lines(double depth, int spacing, int offset) {
        private static final double PROBABILITY = 0.2;

        static Lines random(RandomGenerator random) {
            double depth = random.nextDouble(0.08, 0.25);
            int spacing = random.nextInt(8, 14);
            int offset = random.nextInt(spacing);
            return new Lines(random.nextDouble() < PROBABILITY ? depth : 0, spacing, offset);
        }

        double at(int y) {
            return (y + offset) % spacing == 0 ? depth : 0;
        }
    }
}
