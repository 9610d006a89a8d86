package io.flinkgpu.connectors.audio;

import java.io.Serializable;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Cuts recordings to windows of one length.
 *
 * <p>Windows begin every {@code length - overlap}, the first at 0. Both are rounded to frames of
 * the recording's rate.
 *
 * @param length of a window, at least 1 ms
 * @param overlap what a window shares with the next, at least 1 ms below the length
 * @param lastWindow what becomes of an end that fills no window
 */
@PublicEvolving
public record AudioWindows(Duration length, Duration overlap, LastWindow lastWindow)
        implements Serializable {

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final double NANOS_PER_SECOND = 1e9;

    // The largest array of floats that every JVM can allocate.
    private static final int MAX_VALUES = Integer.MAX_VALUE - 16;

    /** What becomes of the end of a recording, where it is shorter than a window. */
    @PublicEvolving
    public enum LastWindow {
        /** Silence follows it. Every sample is in a window. */
        PAD,
        /** It is left out; a recording shorter than a window has none. */
        DROP
    }

    /**
     * Checks the lengths.
     *
     * @throws IllegalArgumentException if one is outside of its bounds
     */
    public AudioWindows {
        Objects.requireNonNull(lastWindow, "lastWindow");
        if (length.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    "Invalid length: %s. It must be at least 1 ms.".formatted(length));
        }
        if (overlap.isNegative() || length.minus(overlap).compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    "Invalid overlap: %s. It must be within 0 and 1 ms below the length of %s."
                            .formatted(overlap, length));
        }
    }

    /** Windows side by side, the last one padded. */
    public static AudioWindows of(Duration length) {
        return new AudioWindows(length, Duration.ZERO, LastWindow.PAD);
    }

    /** The same with another overlap. */
    public AudioWindows withOverlap(Duration other) {
        return new AudioWindows(length, other, lastWindow);
    }

    /** The same with another end. */
    public AudioWindows withLastWindow(LastWindow other) {
        return new AudioWindows(length, overlap, other);
    }

    /** How many frames a window has at this rate. */
    public int frames(int sampleRate) {
        return frames(length, sampleRate, 1);
    }

    /**
     * The windows of a recording in their order, each copied when it is asked for.
     *
     * @throws IllegalArgumentException if a window of the recording fits no array
     */
    public Stream<DecodedAudio> cut(DecodedAudio audio) {
        int window = frames(length, audio.sampleRate(), audio.channels());
        int hop = frames(length.minus(overlap), audio.sampleRate(), audio.channels());
        int beyondFirst = audio.frames() - window;
        int full = beyondFirst < 0 ? 0 : beyondFirst / hop + 1;
        boolean isEndLeft =
                full == 0 ? audio.frames() > 0 : (full - 1) * hop + window < audio.frames();
        int count = full + (isEndLeft && lastWindow == LastWindow.PAD ? 1 : 0);
        return IntStream.range(0, count).mapToObj(i -> window(audio, i * hop, window));
    }

    private static DecodedAudio window(DecodedAudio audio, int start, int frames) {
        int channels = audio.channels();
        int from = start * channels;
        int to = Math.min(audio.samples().length, from + frames * channels);
        float[] samples =
                Arrays.copyOf(Arrays.copyOfRange(audio.samples(), from, to), frames * channels);
        return new DecodedAudio(
                audio.path(), audio.startFrame() + start, audio.sampleRate(), channels, samples);
    }

    private static int frames(Duration time, int rate, int channels) {
        double frames = time.toNanos() / NANOS_PER_SECOND * rate;
        if (frames * channels > MAX_VALUES) {
            throw new IllegalArgumentException(
                    "Invalid window: %s of %d channels at %d Hz. It must have at most %d samples."
                            .formatted(time, channels, rate, MAX_VALUES));
        }
        return (int) Math.max(1, Math.round(frames));
    }
}
