package io.flinkgpu.deploy.digits;

import java.util.random.RandomGenerator;

/**
 * A smooth random field over the unit square: Gaussian values at the nodes of a grid, interpolated.
 *
 * <p>Values have mean 0 and, at the nodes, standard deviation 1. Immutable, safe for any thread.
 */
final class SmoothNoise {
    private final int cells;
    private final double[] nodes;

    /**
     * Draws a field.
     *
     * @param cells cells of the grid in either direction, at least 1
     */
    SmoothNoise(int cells, RandomGenerator random) {
        this.cells = cells;
        this.nodes = new double[(cells + 1) * (cells + 1)];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = random.nextGaussian();
        }
    }

    /**
     * @param u position from left to right, in {@code [0, 1)}
     * @param v position from top to bottom, in {@code [0, 1)}
     */
    double at(double u, double v) {
        int column = (int) (u * cells);
        int row = (int) (v * cells);
        double right = smooth(u * cells - column);
        double bottom = smooth(v * cells - row);
        double upper = node(column, row) * (1 - right) + node(column + 1, row) * right;
        double lower = node(column, row + 1) * (1 - right) + node(column + 1, row + 1) * right;
        return upper * (1 - bottom) + lower * bottom;
    }

    private double node(int column, int row) {
        return nodes[row * (cells + 1) + column];
    }

    /** The smoothstep polynomial: no edge shows at the cells' borders. */
    private static double smooth(double t) {
        return t * t * (3 - 2 * t);
    }
}
