package io.flinkgpu.connectors.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.decode.DecodeBudget;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResamplerTest {

    private final DecodeBudget budget = DecodeBudget.ofThread(Duration.ofMinutes(1));

    /** Against scipy.signal.resample_poly; the tolerance is that of float32 sums. */
    @ParameterizedTest
    @ValueSource(ints = {8_000, 11_025, 44_100})
    void doesWhatScipyDoes(int rate) throws Exception {
        float[] chirp =
                new AudioDecoder(AudioDecoding.asStored())
                        .decode(TestAudio.file("chirp.wav"))
                        .samples();

        float[] resampled = new Resampler(16_000, rate).resample(chirp, 1, budget);

        assertThat(resampled)
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(TestAudio.expected("chirp." + rate + ".f32"));
    }

    @Test
    void keepsChannelsApart() throws Exception {
        float[] stereo = new float[2000];
        for (int i = 0; i < 1000; i++) {
            stereo[2 * i] = 0.5f;
            stereo[2 * i + 1] = -0.25f;
        }

        float[] resampled = new Resampler(48_000, 44_100).resample(stereo, 2, budget);

        assertThat(resampled).hasSize(2 * 919);
        for (int i = 100; i < 800; i++) { // away from the ends
            assertThat(resampled[2 * i]).isBetween(0.499f, 0.501f);
            assertThat(resampled[2 * i + 1]).isBetween(-0.251f, -0.249f);
        }
    }

    @Test
    void refusesAFilterThatIsTooLong() {
        assertThat(new Resampler(44_101, 16_000).length(44_101)).isEqualTo(16_000);
        assertThatThrownBy(() -> new Resampler(65_537, 16_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid rates: 65537 and 16000 Hz. Divided by what they share, both must be at most 65536.");
    }
}
