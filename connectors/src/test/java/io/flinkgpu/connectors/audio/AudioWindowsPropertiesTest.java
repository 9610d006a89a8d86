package io.flinkgpu.connectors.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.audio.AudioWindows.LastWindow;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class AudioWindowsPropertiesTest {

    private static final int RATE = 1000;

    @Property(tries = 300)
    void joinedWindowsAreTheInput(
            @ForAll @IntRange(min = 1, max = 500) int frames,
            @ForAll @IntRange(min = 1, max = 3) int channels,
            @ForAll @IntRange(min = 1, max = 200) int length,
            @ForAll @IntRange(max = 199) int overlap,
            @ForAll LastWindow lastWindow) {
        int shared = overlap % length;
        DecodedAudio audio = recording(frames, channels);
        AudioWindows cutter =
                new AudioWindows(Duration.ofMillis(length), Duration.ofMillis(shared), lastWindow);

        List<DecodedAudio> windows = cutter.cut(audio).toList();

        float[] joined = new float[(frames + length) * channels];
        int end = 0;
        for (DecodedAudio window : windows) {
            assertThat(window.frames()).isEqualTo(length);
            assertThat((int) window.startFrame()).isLessThanOrEqualTo(end);
            int at = (int) window.startFrame() * channels;
            System.arraycopy(window.samples(), 0, joined, at, length * channels);
            end = (int) window.startFrame() + length;
        }
        if (lastWindow == LastWindow.PAD) {
            assertThat(end).isGreaterThanOrEqualTo(frames);
        } else {
            assertThat(end).isBetween(Math.max(0, frames - length + 1), frames);
        }
        int whole = Math.min(end, frames) * channels;
        assertThat(Arrays.copyOf(joined, whole)).isEqualTo(Arrays.copyOf(audio.samples(), whole));
        assertThat(Arrays.copyOfRange(joined, whole, joined.length)).containsOnly(0f);
    }

    private static DecodedAudio recording(int frames, int channels) {
        float[] samples = new float[frames * channels];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (i + 1f) / samples.length;
        }
        return new DecodedAudio("file:/a", 0, RATE, channels, samples);
    }
}
