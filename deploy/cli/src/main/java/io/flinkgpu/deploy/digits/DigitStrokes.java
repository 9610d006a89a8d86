package io.flinkgpu.deploy.digits;

import java.awt.BasicStroke;
import java.awt.Shape;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Handwritten-style digits, drawn as strokes of a round pen along skeletons that are defined here.
 *
 * <p>Each digit has several skeletons, the ways in which people write it. A skeleton is a text of
 * points {@code x y} in a box of 100 x 100 units with {@code y} pointing down: a comma continues a
 * smooth curve (Catmull-Rom) through the points, a bar makes a corner, a semicolon lifts the pen.
 * Every point is moved a little before drawing. Depends on no font, so the shapes are the same on
 * every machine. Immutable, safe for any thread.
 */
final class DigitStrokes {
    private static final Pattern STROKES = Pattern.compile(";");
    private static final Pattern SECTIONS = Pattern.compile("\\|");
    private static final Pattern POINTS = Pattern.compile(",");
    private static final Pattern COORDINATES = Pattern.compile(" ");

    private static final double JITTER = 3.5;
    private static final double MIN_PEN_WIDTH = 6;
    private static final double MAX_PEN_WIDTH = 15;

    private static final List<List<String>> SKELETONS =
            List.of(
                    List.of(
                            "50 5, 25 20, 20 50, 28 82, 50 95, 74 82, 80 50, 75 20, 50 5",
                            "62 8, 38 10, 20 38, 24 76, 48 96, 74 80, 80 44, 66 14, 46 8",
                            "50 4, 33 25, 31 55, 37 85, 52 96, 67 82, 70 50, 65 20, 50 4",
                            "40 8, 66 6, 82 36, 76 76, 50 96, 24 82, 18 46, 32 14, 54 8"),
                    List.of(
                            "50 5, 50 95",
                            "60 5, 42 95",
                            "30 30, 42 20, 54 5 | 54 95",
                            "32 25, 54 5 | 54 95 ; 30 95, 78 95",
                            "26 36 | 54 5 | 50 95"),
                    List.of(
                            "22 28, 30 10, 52 5, 74 15, 76 34, 60 58, 38 78, 20 94 | 50 93, 82 94",
                            "22 25, 40 6, 66 10, 74 30, 58 60, 32 88, 18 90,"
                                    + " 22 76, 38 78, 60 92, 84 88",
                            "20 20, 50 6, 74 20, 70 42, 20 94 | 80 92",
                            "28 14, 54 5, 72 18, 66 44, 46 70, 22 92 | 44 88, 64 94, 80 86"),
                    List.of(
                            "22 16, 48 5, 72 18, 66 38, 44 46 | 70 54, 78 74, 58 93, 36 95, 18 82",
                            "22 7, 76 7 | 46 42 | 70 48, 80 70, 62 92, 40 96, 18 84",
                            "24 14, 50 5, 72 20, 60 40, 48 46, 64 50, 78 70, 60 92, 38 96, 20 86",
                            "20 10, 52 6, 70 22, 58 40, 36 48 | 66 52, 76 74, 52 94, 16 90"),
                    List.of(
                            "32 6, 20 58 | 84 58 ; 64 24, 62 95",
                            "62 95, 62 5 | 16 66 | 86 66",
                            "26 8, 22 40, 34 54, 54 54, 74 48 ; 74 6, 70 50, 66 95",
                            "58 6, 18 62 | 82 60 ; 58 36, 56 96"),
                    List.of(
                            "76 7, 32 7 | 27 45 | 50 38, 74 48, 78 70, 62 92, 38 95, 20 84",
                            "32 8, 28 44 | 56 40, 76 58, 70 84, 46 96, 22 86 ; 32 8, 78 6",
                            "76 10, 36 9 | 30 42 | 54 42, 76 62, 68 86, 44 96, 20 86",
                            "80 6, 40 8 | 34 44 | 62 42, 74 66, 54 90, 22 95"),
                    List.of(
                            "68 8, 44 22, 26 50, 24 76, 40 94, 64 92, 76 74, 66 56, 44 54, 26 70",
                            "56 4, 34 38, 22 70, 36 94, 62 94, 76 76, 64 58, 42 58, 26 74",
                            "74 16, 56 6, 34 20, 22 54, 28 84, 50 96, 74 84,"
                                    + " 76 62, 56 50, 34 58, 25 72",
                            "44 4, 28 40, 24 76, 46 96, 68 84, 66 62, 46 58, 28 76"),
                    List.of(
                            "20 8, 80 8 | 58 45, 44 95",
                            "20 8, 80 8 | 58 45, 44 95 ; 36 50, 76 48",
                            "20 22 | 22 8, 80 8 | 60 40, 42 95",
                            "18 14, 34 6, 54 12, 80 8 | 56 50, 48 95",
                            "22 10, 76 10 | 38 95 ; 40 52, 72 52"),
                    List.of(
                            "70 18, 50 5, 28 18, 36 38, 62 54, 76 76, 52 96,"
                                    + " 26 80, 36 58, 62 42, 72 24, 66 12",
                            "50 5, 30 14, 30 36, 50 46, 70 36, 70 14, 50 5"
                                    + " ; 50 46, 24 58, 24 84, 50 96, 76 84, 76 58, 50 46",
                            "74 14, 46 5, 28 24, 48 46, 72 66, 66 92, 36 94,"
                                    + " 26 72, 48 48, 74 26, 74 14"),
                    List.of(
                            "72 26, 54 6, 30 12, 24 34, 40 50, 62 44, 73 24 | 72 60, 66 95",
                            "72 26, 54 6, 30 12, 24 34, 40 50, 62 44,"
                                    + " 73 24 | 76 54, 66 86, 44 96, 26 88",
                            "70 28, 50 6, 28 26, 46 50, 70 28 ; 72 8, 70 95",
                            "74 16, 50 5, 26 22, 38 46, 62 42, 74 18 | 68 52, 48 95"));

    private DigitStrokes() {}

    /**
     * Returns the outline of a randomly chosen, jittered way to write a digit.
     *
     * @param label the digit, 0 to 9
     */
    static Shape outline(int label, RandomGenerator random) {
        List<String> variants = SKELETONS.get(label);
        Path2D path = new Path2D.Double();
        String skeleton = variants.get(random.nextInt(variants.size()));
        STROKES.splitAsStream(skeleton).forEach(stroke -> addStroke(path, stroke, random));
        float width = (float) random.nextDouble(MIN_PEN_WIDTH, MAX_PEN_WIDTH);
        return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)
                .createStrokedShape(path);
    }

    private static void addStroke(Path2D path, String stroke, RandomGenerator random) {
        List<Point2D> curve = new ArrayList<>();
        for (String section : SECTIONS.split(stroke, -1)) {
            for (String point : POINTS.split(section, -1)) {
                curve.add(jittered(point.strip(), random));
            }
            addCurve(path, curve);
            curve = new ArrayList<>(curve.subList(curve.size() - 1, curve.size()));
        }
    }

    private static Point2D jittered(String point, RandomGenerator random) {
        String[] coordinates = COORDINATES.split(point, -1);
        return new Point2D.Double(
                Double.parseDouble(coordinates[0]) + random.nextGaussian() * JITTER,
                Double.parseDouble(coordinates[1]) + random.nextGaussian() * JITTER);
    }

    /** Adds the Catmull-Rom spline through the points, as cubic Bezier segments. */
    private static void addCurve(Path2D path, List<Point2D> points) {
        int last = points.size() - 1;
        path.moveTo(points.get(0).getX(), points.get(0).getY());
        for (int i = 0; i < last; i++) {
            Point2D before = points.get(Math.max(i - 1, 0));
            Point2D from = points.get(i);
            Point2D to = points.get(i + 1);
            Point2D after = points.get(Math.min(i + 2, last));
            path.curveTo(
                    from.getX() + (to.getX() - before.getX()) / 6,
                    from.getY() + (to.getY() - before.getY()) / 6,
                    to.getX() - (after.getX() - from.getX()) / 6,
                    to.getY() - (after.getY() - from.getY()) / 6,
                    to.getX(),
                    to.getY());
        }
    }
}
