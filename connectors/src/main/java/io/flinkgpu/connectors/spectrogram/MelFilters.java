package io.flinkgpu.connectors.spectrogram;

/**
 * Triangles over the frequencies of a spectrum, side by side on the mel scale, each of area 1.
 *
 * <p>Scale and norm are those of M. Slaney's Auditory Toolbox (1998), as in {@code
 * librosa.filters.mel}: linear up to 1000 Hz at 200/3 Hz a mel, 27 mels for a factor of 6.4 above.
 */
final class MelFilters {

    private static final double HERTZ_PER_MEL = 200.0 / 3;
    private static final double LOG_FROM_HERTZ = 1000;
    private static final double LOG_FROM_MEL = LOG_FROM_HERTZ / HERTZ_PER_MEL;
    private static final double LOG_STEP = Math.log(6.4) / 27;

    /** The first frequency that a band weighs. */
    private final int[] first;

    private final double[][] weights;

    MelFilters(MelParameters parameters) {
        int bands = parameters.nMels();
        double[] corners = corners(parameters);
        first = new int[bands];
        weights = new double[bands][];
        double step = (double) parameters.sampleRate() / parameters.nFft();
        for (int band = 0; band < bands; band++) {
            double low = corners[band];
            double high = corners[band + 2];
            int from = (int) Math.ceil(low / step);
            int to = Math.min((int) Math.floor(high / step), parameters.nFft() / 2);
            first[band] = from;
            weights[band] = new double[Math.max(0, to - from + 1)];
            for (int i = 0; i < weights[band].length; i++) {
                weights[band][i] =
                        triangle((from + i) * step, low, corners[band + 1], high)
                                * 2
                                / (high - low);
            }
        }
    }

    /** Sums the powers under each triangle. */
    void apply(double[] power, double[] bands) {
        for (int band = 0; band < bands.length; band++) {
            double sum = 0;
            for (int i = 0; i < weights[band].length; i++) {
                sum += weights[band][i] * power[first[band] + i];
            }
            bands[band] = sum;
        }
    }

    private static double triangle(double hertz, double low, double middle, double high) {
        double rising = (hertz - low) / (middle - low);
        double falling = (high - hertz) / (high - middle);
        return Math.max(0, Math.min(rising, falling));
    }

    /** Equidistant on the mel scale; a triangle goes from one over the next to the one behind. */
    private static double[] corners(MelParameters parameters) {
        double lowest = mel(parameters.fMin());
        double highest = mel(parameters.fMax());
        double[] corners = new double[parameters.nMels() + 2];
        for (int i = 0; i < corners.length; i++) {
            corners[i] = hertz(lowest + (highest - lowest) * i / (corners.length - 1));
        }
        return corners;
    }

    private static double mel(double hertz) {
        return hertz < LOG_FROM_HERTZ
                ? hertz / HERTZ_PER_MEL
                : LOG_FROM_MEL + Math.log(hertz / LOG_FROM_HERTZ) / LOG_STEP;
    }

    private static double hertz(double mel) {
        return mel < LOG_FROM_MEL
                ? mel * HERTZ_PER_MEL
                : LOG_FROM_HERTZ * Math.exp(LOG_STEP * (mel - LOG_FROM_MEL));
    }
}
