package io.flinkgpu.deploy.digits;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.random.RandomGenerator;

/**
 * Draws the image of one digit.
 *
 * <p>An outline, handwritten ({@link DigitStrokes}) or printed ({@link DigitFonts}), is scaled,
 * sheared, rotated and shifted, distorted elastically, blurred, and printed on a sheet of {@link
 * Paper}. Everything random comes from the generator passed in, so that equal generators give equal
 * images on machines with equal fonts. Headless, safe for any thread.
 */
final class DigitPainter {
    private static final double HANDWRITTEN_SHARE = 0.65;
    private static final double MAX_WIDTH = 27;

    private final DigitFonts fonts;

    DigitPainter(DigitFonts fonts) {
        this.fonts = fonts;
    }

    /**
     * Draws a digit.
     *
     * @param label the digit, 0 to 9
     * @return a 32 x 32 image in RGB
     * @throws IllegalArgumentException if the label is not a digit
     */
    BufferedImage paint(int label, RandomGenerator random) {
        if (label < 0 || label > 9) {
            throw new IllegalArgumentException(
                    "Invalid label: " + label + ". It must be a digit from 0 to 9.");
        }
        Shape outline = outline(label, random);
        Shape placed = placement(outline.getBounds2D(), random).createTransformedShape(outline);
        InkMask ink =
                InkMask.of(placed)
                        .distorted(random.nextDouble(0.1, 1.3), random)
                        .blurred(random.nextDouble(0.1, 1));
        return new Paper(random).print(ink.pixels());
    }

    private Shape outline(int label, RandomGenerator random) {
        boolean handwritten = random.nextDouble() < HANDWRITTEN_SHARE;
        return handwritten || fonts.isEmpty()
                ? DigitStrokes.outline(label, random)
                : fonts.outline(label, random);
    }

    /** Puts an outline of any size near the middle, 19 to 26 pixels high before it is rotated. */
    private static AffineTransform placement(Rectangle2D bounds, RandomGenerator random) {
        double scaleY = random.nextDouble(19, 26) / bounds.getHeight();
        double scaleX =
                Math.min(
                        scaleY * random.nextDouble(0.8, 1.2),
                        MAX_WIDTH / Math.max(bounds.getWidth(), 1));
        double middle = DigitImages.SIDE / 2.0;
        AffineTransform placement =
                AffineTransform.getTranslateInstance(
                        middle + random.nextDouble(-2, 2), middle + random.nextDouble(-2, 2));
        placement.rotate(Math.toRadians(random.nextDouble(-17, 17)));
        placement.shear(random.nextDouble(-0.3, 0.25), 0);
        placement.scale(scaleX, scaleY);
        placement.translate(-bounds.getCenterX(), -bounds.getCenterY());
        return placement;
    }
}
