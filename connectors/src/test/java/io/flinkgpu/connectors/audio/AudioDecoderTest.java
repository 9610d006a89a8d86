package io.flinkgpu.connectors.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkgpu.connectors.file.FileContent;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AudioDecoderTest {

    private static final int FRAMES = 8820;
    private static final double HERTZ_PER_BIN = 5; // a fifth of a second

    @ParameterizedTest
    @ValueSource(strings = {"tone.wav", "tone.flac", "tone24.flac", "tone.ogg", "tone.mp3"})
    void hearsTheTonesOfEveryFormat(String name) throws Exception {
        DecodedAudio audio = decode(AudioDecoding.asStored(), name);

        assertThat(audio.path()).isEqualTo("file:/" + name);
        assertThat(audio.sampleRate()).isEqualTo(44_100);
        assertThat(audio.channels()).isEqualTo(2);
        assertThat(audio.frames()).isEqualTo(FRAMES);
        assertThat(audio.duration()).isEqualTo(Duration.ofMillis(200));
        assertThat(TestAudio.loudestFrequency(TestAudio.channel(audio, 0), 44_100))
                .isEqualTo(440, within(HERTZ_PER_BIN));
        assertThat(TestAudio.loudestFrequency(TestAudio.channel(audio, 1), 44_100))
                .isEqualTo(1000, within(HERTZ_PER_BIN));
    }

    /** The tolerances: exact, 1.5 steps of 16 bits, and what two MP3 decoders may differ by. */
    @ParameterizedTest
    @CsvSource({"tone24.flac, 1e-7", "tone.ogg, 4.6e-5", "tone.mp3, 1e-4"})
    void decodesWhatOtherDecodersDecode(String name, float tolerance) throws Exception {
        DecodedAudio audio = decode(AudioDecoding.asStored(), name);

        assertThat(audio.samples())
                .usingComparatorWithPrecision(tolerance)
                .containsExactly(TestAudio.expected(name + ".f32"));
    }

    /** 64-bit floats, and a stream whose header tells no length. */
    @ParameterizedTest
    @ValueSource(strings = {"f64.wav", "pipe.wav"})
    void readsTheWavOfOtherPrograms(String name) throws Exception {
        assertThat(decode(AudioDecoding.asStored(), name).samples())
                .containsExactly(decode(AudioDecoding.asStored(), "chirp.wav").samples());
    }

    @Test
    void decodesFlacToTheSamplesOfItsWav() throws Exception {
        assertThat(decode(AudioDecoding.asStored(), "tone.flac").samples())
                .containsExactly(decode(AudioDecoding.asStored(), "tone.wav").samples());
    }

    @Test
    void readsAnMp3WithoutTagAndNote() throws Exception {
        DecodedAudio audio = decode(AudioDecoding.asStored(), "plain.mp3");

        assertThat(audio.sampleRate()).isEqualTo(22_050);
        assertThat(audio.channels()).isEqualTo(1);
        assertThat(audio.frames() % 576).isZero(); // nobody said what to cut
        assertThat(audio.frames()).isBetween(4410, 4410 + 4 * 576);
    }

    @Test
    void readsAnMp3BetweenTags() throws Exception {
        byte[] bare = TestAudio.resource("plain.mp3");
        byte[] tagged = new byte[10 + 20 + bare.length + 128];
        System.arraycopy(new byte[] {'I', 'D', '3', 4, 0, 0, 0, 0, 0, 20}, 0, tagged, 0, 10);
        System.arraycopy(bare, 0, tagged, 30, bare.length);
        System.arraycopy(new byte[] {'T', 'A', 'G'}, 0, tagged, 30 + bare.length, 3);

        DecodedAudio audio =
                new AudioDecoder(AudioDecoding.asStored())
                        .decode(FileContent.of("file:/plain.mp3", tagged));

        assertThat(audio).isEqualTo(decode(AudioDecoding.asStored(), "plain.mp3"));
    }

    @Test
    void averagesTheChannels() throws Exception {
        float[] both = decode(AudioDecoding.asStored(), "tone.wav").samples();

        DecodedAudio audio = decode(AudioDecoding.asStored().withMono(true), "tone.wav");

        assertThat(audio.channels()).isEqualTo(1);
        assertThat(audio.frames()).isEqualTo(FRAMES);
        for (int i = 0; i < FRAMES; i++) {
            assertThat(audio.samples()[i]).isEqualTo((both[2 * i] + both[2 * i + 1]) / 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tone.wav", "tone.flac", "tone.ogg", "tone.mp3"})
    void resamplesToTheRateOfAModel(String name) throws Exception {
        DecodedAudio audio = decode(AudioDecoding.mono(16_000), name);

        assertThat(audio.sampleRate()).isEqualTo(16_000);
        assertThat(audio.frames()).isEqualTo(3200);
        assertThat(TestAudio.loudestFrequency(audio.samples(), 16_000))
                .isEqualTo(440, within(HERTZ_PER_BIN));
    }

    @Test
    void decodesOneFileAfterAnother() throws Exception {
        AudioDecoder decoder = new AudioDecoder(AudioDecoding.mono(8_000));

        float[] first = decoder.decode(TestAudio.file("chirp.wav")).samples();
        decoder.decode(TestAudio.file("tone.wav"));

        assertThat(decoder.decode(TestAudio.file("chirp.wav")).samples()).isEqualTo(first);
        assertThat(first)
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(TestAudio.expected("chirp.8000.f32"));
    }

    @Test
    void keepsSamplesWithinOne() throws Exception {
        float[] square = new float[1000];
        Arrays.fill(square, 0, 500, 1f);
        Arrays.fill(square, 500, 1000, -1f);

        DecodedAudio audio =
                new AudioDecoder(AudioDecoding.mono(16_000))
                        .decode(FileContent.of("file:/a", TestAudio.wav(8_000, square)));

        for (float sample : audio.samples()) {
            assertThat(sample).isBetween(-1f, 1f);
        }
    }

    private static DecodedAudio decode(AudioDecoding decoding, String name)
            throws BadAudioException {
        return new AudioDecoder(decoding).decode(TestAudio.file(name));
    }
}
