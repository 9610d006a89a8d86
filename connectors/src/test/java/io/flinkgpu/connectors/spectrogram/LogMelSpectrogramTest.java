package io.flinkgpu.connectors.spectrogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.audio.AudioDecoder;
import io.flinkgpu.connectors.audio.AudioDecoding;
import io.flinkgpu.connectors.audio.BadAudioException;
import io.flinkgpu.connectors.audio.DecodedAudio;
import io.flinkgpu.connectors.audio.TestAudio;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class LogMelSpectrogramTest {

    private static final MelParameters WHISPER_LIKE = MelParameters.of(16_000, 400, 160, 40);

    /** Against numpy; the tolerance, in dB, is that of float32. */
    @Test
    void doesWhatLibrosaDoes() throws Exception {
        Tensor spectrogram = new LogMelSpectrogram(WHISPER_LIKE).of(chirp());

        assertThat(spectrogram.shape()).isEqualTo(Shape.of(40, 26));
        assertThat(spectrogram.toFloats())
                .usingComparatorWithPrecision(1e-4f)
                .containsExactly(TestAudio.expected("chirp.mel.f32"));
    }

    @Test
    void takesOddLengthsAndAPartOfTheFrequencies() throws Exception {
        MelParameters odd = new MelParameters(16_000, 255, 100, 20, 50, 7000, 60);

        float[] spectrogram = new LogMelSpectrogram(odd).compute(chirp().samples());

        assertThat(spectrogram)
                .usingComparatorWithPrecision(1e-4f)
                .containsExactly(TestAudio.expected("chirp.odd-mel.f32"));
    }

    @Test
    void isSerializable() throws Exception {
        LogMelSpectrogram used = new LogMelSpectrogram(WHISPER_LIKE);
        float[] expected = used.compute(chirp().samples());

        LogMelSpectrogram copy = InstantiationUtil.clone(used);

        assertThat(copy.compute(chirp().samples())).isEqualTo(expected);
    }

    @Test
    void refusesAnotherRateAndSeveralChannels() {
        LogMelSpectrogram spectrogram = new LogMelSpectrogram(WHISPER_LIKE);

        assertThatThrownBy(() -> spectrogram.of(new DecodedAudio("a", 0, 8_000, 2, new float[2])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid audio: 2 channels at 8000 Hz.");
    }

    @Test
    void refusesParametersOutOfBounds() {
        assertInvalid(() -> MelParameters.of(16_000, 4097, 160, 40), "nFft: 4097");
        assertInvalid(() -> MelParameters.of(16_000, 400, 0, 40), "hopLength: 0");
        assertInvalid(() -> MelParameters.of(16_000, 400, 160, 0), "nMels: 0");
        assertInvalid(() -> new MelParameters(16_000, 400, 160, 40, 0, 8001, 80), "fMax: 8001.0");
        assertInvalid(() -> new MelParameters(16_000, 400, 160, 40, 0, 8000, 0), "topDb: 0.0");
        assertThat(MelParameters.of(16_000, 4096, 1, 1).fMax()).isEqualTo(8000);
    }

    private static void assertInvalid(Runnable construction, String what) {
        assertThatThrownBy(construction::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid " + what + ". It must be ");
    }

    private static DecodedAudio chirp() throws BadAudioException {
        return new AudioDecoder(AudioDecoding.asStored()).decode(TestAudio.file("chirp.wav"));
    }
}
