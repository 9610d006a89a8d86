package io.flinkgpu.connectors.audio;

import io.flinkgpu.inference.tensor.ValueTypeInfo;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * The samples of one recording, or of a window of it.
 *
 * <p>A value: whoever holds one must not write to its samples.
 *
 * @param path the path of the file it comes from
 * @param startFrame the frame of the recording, at {@code sampleRate}, where this begins; 0 for a
 *     whole one
 * @param sampleRate frames per second
 * @param channels at least 1
 * @param samples row-major {@code [frame, channel]}, float32, in {@code [-1, 1]}
 */
@TypeInfo(DecodedAudio.InfoFactory.class)
// An array is what tensors are filled from; equals and hashCode below compare its elements.
@PublicEvolving
@SuppressWarnings("ArrayRecordComponent")
public record DecodedAudio(
        String path, long startFrame, int sampleRate, int channels, float[] samples) {

    /** The Flink type: bulk copies of the samples, no reflection. */
    public static final TypeInformation<DecodedAudio> TYPE =
            new ValueTypeInfo<>(DecodedAudio.class, DecodedAudioSerializer.INSTANCE);

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /**
     * Checks the shape.
     *
     * @throws IllegalArgumentException if rate or channels are not positive, the start is negative,
     *     or the samples are not whole frames
     */
    public DecodedAudio {
        Objects.requireNonNull(path, "path");
        if (startFrame < 0 || sampleRate < 1 || channels < 1 || samples.length % channels != 0) {
            throw new IllegalArgumentException(
                    "Invalid audio: from frame %d, %d Hz, %d channels, %d values. Rate and channels must be positive and the values whole frames."
                            .formatted(startFrame, sampleRate, channels, samples.length));
        }
    }

    /** How many samples each channel has. */
    public int frames() {
        return samples.length / channels;
    }

    /** Where this begins in its recording. */
    public Duration start() {
        return time(startFrame);
    }

    /** How long this is. */
    public Duration duration() {
        return time(frames());
    }

    private Duration time(long frame) {
        return Duration.ofSeconds(
                frame / sampleRate, frame % sampleRate * NANOS_PER_SECOND / sampleRate);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DecodedAudio that
                && path.equals(that.path)
                && startFrame == that.startFrame
                && sampleRate == that.sampleRate
                && channels == that.channels
                && Arrays.equals(samples, that.samples);
    }

    @Override
    public int hashCode() {
        return Objects.hash(path, startFrame, sampleRate, channels, Arrays.hashCode(samples));
    }

    @Override
    public String toString() {
        return "DecodedAudio[%s from %s, %d frames of %d at %d Hz]"
                .formatted(path, start(), frames(), channels, sampleRate);
    }

    /** Tells Flink the type above. */
    public static final class InfoFactory extends TypeInfoFactory<DecodedAudio> {
        @Override
        public TypeInformation<DecodedAudio> createTypeInfo(
                Type type, Map<String, TypeInformation<?>> genericParameters) {
            return TYPE;
        }
    }
}
