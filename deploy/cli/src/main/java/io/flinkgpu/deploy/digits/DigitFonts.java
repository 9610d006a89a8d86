package io.flinkgpu.deploy.digits;

import java.awt.Font;
import java.awt.GraphicsEnvironment;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The printed digits: the fonts of this machine that have all ten.
 *
 * <p>Font files differ between machines, so the same seed draws other printed digits elsewhere. A
 * Java runtime without any font (no fontconfig, no freetype) gives an empty collection with the
 * reason, and a painter falls back to strokes. Immutable, safe for any thread.
 */
final class DigitFonts {
    private static final float SIZE = 100;
    private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

    private final List<Font> fonts;
    private final String reason;

    private DigitFonts(List<Font> fonts, String reason) {
        this.fonts = List.copyOf(fonts);
        this.reason = reason;
    }

    /** Returns Java's logical fonts and those installed, in the order of their names. */
    static DigitFonts available() {
        try {
            List<Font> fonts =
                    Arrays.stream(GraphicsEnvironment.getLocalGraphicsEnvironment().getAllFonts())
                            .filter(font -> font.canDisplayUpTo("0123456789") == -1)
                            .sorted(Comparator.comparing(Font::getFontName))
                            .map(font -> font.deriveFont(SIZE))
                            .toList();
            return new DigitFonts(fonts, fonts.isEmpty() ? "no font has all ten digits" : "");
        } catch (RuntimeException | InternalError | LinkageError e) {
            // INVARIANT: what a JDK throws without fontconfig or freetype differs by version; none
            // of it is a reason not to draw strokes.
            return none(
                    "Java finds no fonts here, install fontconfig and a font to get printed digits ("
                            + e
                            + ")");
        }
    }

    static DigitFonts none(String reason) {
        return new DigitFonts(List.of(), reason);
    }

    boolean isEmpty() {
        return fonts.isEmpty();
    }

    /** Returns one line for the user: the font families, or why there are none. */
    String describe() {
        if (isEmpty()) {
            return "strokes only: " + reason;
        }
        return fonts.stream()
                .map(Font::getFamily)
                .distinct()
                .collect(
                        Collectors.joining(", ", "strokes and " + fonts.size() + " faces of ", ""));
    }

    /**
     * Returns the outline of a digit in a randomly chosen font.
     *
     * @param label the digit, 0 to 9
     */
    Shape outline(int label, RandomGenerator random) {
        Font font = fonts.get(random.nextInt(fonts.size()));
        return font.createGlyphVector(CONTEXT, Integer.toString(label)).getOutline();
    }
}
