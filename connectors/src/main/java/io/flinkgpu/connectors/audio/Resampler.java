package io.flinkgpu.connectors.audio;

import io.flinkgpu.connectors.decode.DecodeBudget;
import io.flinkgpu.connectors.decode.DecodeBudgetException;

/**
 * Changes a sample rate by a rational factor with a polyphase filter: band-limited interpolation
 * with a sinc under a Kaiser window.
 *
 * <p>The filter is that of {@code scipy.signal.resample_poly}: with {@code m = max(up, down)}, the
 * low-pass {@code sinc((i - 10 m) / m)} for {@code 0 <= i <= 20 m}, under a Kaiser window of beta
 * 5, scaled to a gain of {@code up}; beyond its ends the signal is zero. {@code n} frames become
 * {@code ceil(n * up / down)}. The theory is J. O. Smith, "Digital Audio Resampling".
 *
 * <p>Immutable, hence shared among threads.
 */
final class Resampler {

    /** The largest factor: the filter has 20 times as many coefficients. */
    static final int MAX_FACTOR = 1 << 16;

    private static final int ZERO_CROSSINGS = 10;
    private static final double KAISER_BETA = 5.0;
    private static final int FRAMES_BETWEEN_CHECKS = 4096;

    private final int up;
    private final int down;
    private final int half;
    private final int taps;

    /** {@code [phase, tap]}: the coefficients that one output sample needs lie side by side. */
    private final float[] phases;

    /**
     * From one rate to another.
     *
     * @throws IllegalArgumentException if their ratio's terms exceed {@link #MAX_FACTOR}
     */
    Resampler(int fromRate, int toRate) {
        int divisor = greatestCommonDivisor(fromRate, toRate);
        this.up = toRate / divisor;
        this.down = fromRate / divisor;
        int larger = Math.max(up, down);
        if (larger > MAX_FACTOR) {
            throw new IllegalArgumentException(
                    "Invalid rates: %d and %d Hz. Divided by what they share, both must be at most %d."
                            .formatted(fromRate, toRate, MAX_FACTOR));
        }
        this.half = ZERO_CROSSINGS * larger;
        this.taps = 2 * half / up + 1;
        this.phases = polyphase(filter(larger));
    }

    /** How many frames become of so many. */
    long length(long frames) {
        return (frames * up + down - 1) / down;
    }

    /**
     * Resamples each channel.
     *
     * @param samples {@code [frame, channel]}; the result has the same order, clipped to {@code
     *     [-1, 1]}
     */
    float[] resample(float[] samples, int channels, DecodeBudget budget)
            throws DecodeBudgetException {
        int frames = samples.length / channels;
        float[] result = new float[Math.multiplyExact((int) length(frames), channels)];
        for (int frame = 0; frame < result.length / channels; frame++) {
            if (frame % FRAMES_BETWEEN_CHECKS == 0) {
                budget.check();
            }
            long position = (long) frame * down + half;
            int phase = (int) (position % up) * taps;
            long newest = position / up;
            int first = (int) Math.max(0, newest - frames + 1);
            int last = (int) Math.min(taps - 1, newest);
            for (int channel = 0; channel < channels; channel++) {
                double sum = 0;
                int at = (int) (newest - first) * channels + channel;
                for (int tap = first; tap <= last; tap++) {
                    sum += phases[phase + tap] * samples[at];
                    at -= channels;
                }
                result[frame * channels + channel] = SampleSink.clip((float) sum);
            }
        }
        return result;
    }

    private double[] filter(int larger) {
        double[] filter = new double[2 * half + 1];
        double sum = 0;
        for (int i = 0; i < filter.length; i++) {
            filter[i] = sinc((double) (i - half) / larger) * kaiser((double) (i - half) / half);
            sum += filter[i];
        }
        for (int i = 0; i < filter.length; i++) {
            filter[i] *= up / sum;
        }
        return filter;
    }

    private float[] polyphase(double[] filter) {
        float[] table = new float[Math.multiplyExact(up, taps)];
        for (int i = 0; i < filter.length; i++) {
            table[i % up * taps + i / up] = (float) filter[i];
        }
        return table;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }

    /**
     * The Kaiser window.
     *
     * @param x from its middle, in {@code [-1, 1]}
     */
    private static double kaiser(double x) {
        return bessel(KAISER_BETA * Math.sqrt(1 - x * x)) / bessel(KAISER_BETA);
    }

    /** The modified Bessel function of order zero, by its power series (DLMF 10.25.2). */
    private static double bessel(double x) {
        double sum = 1;
        double term = 1;
        for (int k = 1; term > 1e-17 * sum; k++) {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }
        return sum;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
