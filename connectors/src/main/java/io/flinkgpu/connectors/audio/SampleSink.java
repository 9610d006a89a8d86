package io.flinkgpu.connectors.audio;

import io.flinkgpu.connectors.decode.DecodeBudget;
import io.flinkgpu.connectors.decode.DecodeBudgetException;
import java.util.Arrays;

/**
 * Collects the samples of one file within its limits, and clips them to {@code [-1, 1]}.
 *
 * <p>Whoever decodes calls {@link #begin} first and {@link #write} for each block, which also looks
 * at the clock.
 */
final class SampleSink {

    private static final int FIRST_VALUES = 16 * 1024;

    private final AudioLimits limits;
    private final DecodeBudget budget;
    private float[] samples = new float[0];
    private int count;
    private int sampleRate;
    private int channels;
    private long maxValues;

    SampleSink(AudioLimits limits, DecodeBudget budget) {
        this.limits = limits;
        this.budget = budget;
    }

    /**
     * Says what the samples are; again only with the same.
     *
     * @throws AudioRefusedException if there is no audio of that kind, or it changes
     */
    void begin(int rate, int channelCount) throws AudioRefusedException {
        if (sampleRate != 0) {
            if (rate != sampleRate || channelCount != channels) {
                throw new AudioRefusedException(
                        "it changes from %d channels at %d Hz to %d at %d Hz on its way"
                                .formatted(channels, sampleRate, channelCount, rate));
            }
            return;
        }
        if (rate < AudioDecoding.MIN_SAMPLE_RATE || rate > AudioDecoding.MAX_SAMPLE_RATE) {
            throw new AudioRefusedException(
                    "its sample rate is %d Hz; it must be within %d and %d Hz"
                            .formatted(
                                    rate,
                                    AudioDecoding.MIN_SAMPLE_RATE,
                                    AudioDecoding.MAX_SAMPLE_RATE));
        }
        if (channelCount < 1 || channelCount > 255) { // Vorbis I 4.2.2 has the largest number
            throw new AudioRefusedException("it has " + channelCount + " channels");
        }
        sampleRate = rate;
        channels = channelCount;
        maxValues = maxFrames(rate) * channels;
    }

    /**
     * Refuses a file by the length that its header tells, before anything is decoded.
     *
     * @param frames as many as the header says
     */
    void expect(long frames) throws AudioRefusedException {
        if (frames > Math.min(maxValues, limits.maxValues()) / channels) {
            throw tooLong(frames);
        }
    }

    /**
     * Takes a block of whole frames.
     *
     * @param values {@code [frame, channel]}
     * @param from the first of them
     */
    void write(float[] values, int from, int length)
            throws DecodeBudgetException, AudioRefusedException {
        budget.check();
        long total = (long) count + length;
        if (total > Math.min(maxValues, limits.maxValues())) {
            throw tooLong(total / channels);
        }
        reserve((int) total);
        for (int i = 0; i < length; i++) {
            samples[count + i] = clip(values[from + i]);
        }
        count += length;
    }

    /** Cuts frames that an encoder had to add. */
    void trim(int framesAtStart, int framesAtEnd) {
        int from = Math.min(count, framesAtStart * channels);
        int to = Math.max(from, count - framesAtEnd * channels);
        samples = Arrays.copyOfRange(samples, from, to);
        count = samples.length;
    }

    int sampleRate() {
        return sampleRate;
    }

    int channels() {
        return channels;
    }

    long frames() {
        return channels == 0 ? 0 : count / channels;
    }

    /** All samples, {@code [frame, channel]}. */
    float[] samples() {
        return count == samples.length ? samples : Arrays.copyOf(samples, count);
    }

    /** To {@code [-1, 1]}; what is no number stays none. */
    static float clip(float value) {
        return Math.max(-1f, Math.min(1f, value));
    }

    private void reserve(int total) {
        if (total > samples.length) {
            long grown = Math.max(FIRST_VALUES, samples.length * 3L / 2);
            long limit = Math.min(grown, limits.maxValues());
            samples = Arrays.copyOf(samples, (int) Math.max(total, limit));
        }
    }

    private long maxFrames(int rate) {
        double seconds = limits.maxDuration().toMillis() / 1000.0;
        return (long) Math.min(seconds * rate, Integer.MAX_VALUE);
    }

    private AudioRefusedException tooLong(long frames) {
        return new AudioRefusedException(
                "it has at least %d frames of %d channels at %d Hz; the limits are %s (maxDuration) and %s (maxSize)"
                        .formatted(
                                frames,
                                channels,
                                sampleRate,
                                limits.maxDuration(),
                                limits.maxSize()));
    }
}
