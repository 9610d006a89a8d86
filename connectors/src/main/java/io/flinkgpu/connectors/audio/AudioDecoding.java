package io.flinkgpu.connectors.audio;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.MemorySize;

/**
 * What an {@link AudioDecoder} makes of an audio file.
 *
 * @param isMono whether the channels become one, their mean
 * @param sampleRate to resample to, in Hz; {@link #RATE_OF_FILE} keeps the file's
 * @param limits what one file may cost
 */
@PublicEvolving
public record AudioDecoding(boolean isMono, int sampleRate, AudioLimits limits)
        implements Serializable {

    /** Keeps each file's sample rate. */
    public static final int RATE_OF_FILE = 0;

    /** The lowest sample rate, in Hz. */
    public static final int MIN_SAMPLE_RATE = 1_000;

    /** The highest sample rate, in Hz. */
    public static final int MAX_SAMPLE_RATE = 384_000;

    /**
     * Checks the rate.
     *
     * @throws IllegalArgumentException if the rate is outside of the bounds above
     */
    public AudioDecoding {
        Objects.requireNonNull(limits, "limits");
        if (sampleRate != RATE_OF_FILE
                && (sampleRate < MIN_SAMPLE_RATE || sampleRate > MAX_SAMPLE_RATE)) {
            throw new IllegalArgumentException(
                    "Invalid sampleRate: %d Hz. It must be within %d and %d Hz."
                            .formatted(sampleRate, MIN_SAMPLE_RATE, MAX_SAMPLE_RATE));
        }
    }

    /** Decodes as the file is: all channels, at its own rate, within the default limits. */
    public static AudioDecoding asStored() {
        return new AudioDecoding(false, RATE_OF_FILE, AudioLimits.DEFAULT);
    }

    /**
     * Decodes to one channel at a rate, which is what most speech models take.
     *
     * @param sampleRate in Hz, such as 16000
     */
    public static AudioDecoding mono(int sampleRate) {
        return new AudioDecoding(true, sampleRate, AudioLimits.DEFAULT);
    }

    /** The same at another rate, in Hz. */
    public AudioDecoding withSampleRate(int hertz) {
        return new AudioDecoding(isMono, hertz, limits);
    }

    /** The same with one channel, or with all. */
    public AudioDecoding withMono(boolean whether) {
        return new AudioDecoding(whether, sampleRate, limits);
    }

    /** The same for recordings of up to this length. */
    public AudioDecoding withMaxDuration(Duration limit) {
        return withLimits(new AudioLimits(limit, limits.maxSize(), limits.maxTime()));
    }

    /** The same for samples of up to so many bytes, at 4 bytes each. */
    public AudioDecoding withMaxSize(MemorySize limit) {
        return withLimits(new AudioLimits(limits.maxDuration(), limit, limits.maxTime()));
    }

    /** The same with another bound of the processor time for one file. */
    public AudioDecoding withMaxTime(Duration limit) {
        return withLimits(new AudioLimits(limits.maxDuration(), limits.maxSize(), limit));
    }

    /** The same with other limits. */
    public AudioDecoding withLimits(AudioLimits other) {
        return new AudioDecoding(isMono, sampleRate, other);
    }
}
