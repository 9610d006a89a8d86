package io.flinkgpu.connectors.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.audio.AudioWindows.LastWindow;
import io.flinkgpu.connectors.file.FileContent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AudioWindowsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final DecodedAudio audio = ramp(25);

    @Test
    void padsTheLastWindow() {
        List<DecodedAudio> windows = AudioWindows.of(SECOND).cut(audio).toList();

        assertThat(windows)
                .extracting(DecodedAudio::start)
                .containsExactly(Duration.ZERO, SECOND, SECOND.multipliedBy(2));
        assertThat(windows.get(2).samples()).containsExactly(20, 21, 22, 23, 24, 0, 0, 0, 0, 0);
    }

    @Test
    void dropsTheLastWindow() {
        AudioWindows windows = AudioWindows.of(SECOND).withLastWindow(LastWindow.DROP);

        assertThat(windows.cut(audio)).hasSize(2);
        assertThat(windows.cut(ramp(9))).isEmpty();
        assertThat(windows.cut(ramp(10))).hasSize(1);
    }

    @Test
    void overlaps() {
        AudioWindows windows = AudioWindows.of(SECOND).withOverlap(Duration.ofMillis(500));

        assertThat(windows.cut(audio).map(DecodedAudio::startFrame))
                .containsExactly(0L, 5L, 10L, 15L);
        assertThat(windows.cut(ramp(26)).map(DecodedAudio::startFrame))
                .containsExactly(0L, 5L, 10L, 15L, 20L);
    }

    @Test
    void cutsAWindowAgain() {
        DecodedAudio second = AudioWindows.of(SECOND).cut(audio).toList().get(1);

        assertThat(
                        AudioWindows.of(Duration.ofMillis(500))
                                .cut(second)
                                .map(DecodedAudio::startFrame))
                .containsExactly(10L, 15L);
    }

    /** A file decides on its rate and channels: it is refused, and the job goes on. */
    @Test
    void aWindowThatFitsNoArrayIsTheFaultOfItsFile() throws Exception {
        AudioWindows months = AudioWindows.of(Duration.ofDays(60));
        FileContent file = TestAudio.file("tone.wav");

        assertThatThrownBy(() -> new AudioDecoder(AudioDecoding.asStored()).decode(file, months))
                .isInstanceOf(BadAudioException.class)
                .hasMessageContaining("Invalid window: PT1440H of 2 channels at 44100 Hz.");
        assertThat(new AudioDecoder(AudioDecoding.asStored()).decode(file, AudioWindows.of(SECOND)))
                .hasSize(1);
        assertThat(AudioWindows.of(Duration.ofMinutes(30)).frames(16_000)).isEqualTo(28_800_000);
    }

    @Test
    void refusesLengthsOutOfBounds() {
        assertThatThrownBy(() -> AudioWindows.of(Duration.ofNanos(999_999)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid length: PT0.000999999S. It must be at least 1 ms.");
        assertThatThrownBy(() -> AudioWindows.of(SECOND).withOverlap(SECOND))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid overlap: PT1S. It must be within 0 and 1 ms below the length of PT1S.");
        assertThatThrownBy(() -> AudioWindows.of(SECOND).withOverlap(Duration.ofMillis(-1)))
                .hasMessageStartingWith("Invalid overlap: PT-0.001S.");
        assertThat(AudioWindows.of(Duration.ofMillis(1)).length()).isEqualTo(Duration.ofMillis(1));
    }

    /** Ten frames a second, each with its number. */
    private static DecodedAudio ramp(int frames) {
        float[] samples = new float[frames];
        for (int i = 0; i < frames; i++) {
            samples[i] = i;
        }
        return new DecodedAudio("file:/a", 0, 10, 1, samples);
    }
}
