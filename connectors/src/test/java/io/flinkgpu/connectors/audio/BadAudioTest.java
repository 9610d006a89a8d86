package io.flinkgpu.connectors.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.decode.DecodeBudget;
import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.ReadFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BadAudioTest {

    private static final AudioDecoding AS_STORED = AudioDecoding.asStored();

    @Test
    void refusesWhatWasNotRead() {
        FileContent unreadable =
                FileContent.unreadable("file:/a", ReadFailure.of(new IOException("gone")));

        assertRefused(AS_STORED, unreadable, "the file was not read: gone");
        assertRefused(AS_STORED, FileContent.of("file:/a", new byte[0]), "the file is empty");
        assertRefused(
                AS_STORED,
                FileContent.reference("file:/a", "audio/wav", 1000, 0),
                "its 1000 bytes were left in the file; raise maxFileSize");
    }

    @Test
    void namesTheFormatsItDoesNotRead() {
        assertRefused(AS_STORED, TestAudio.file("opus.ogg"), "it is OGG with Opus; convert it to");
        assertRefused(AS_STORED, TestAudio.file("tone.m4a"), "it is audio/mp4; convert it to WAV");
        assertRefused(AS_STORED, text("I am no audio"), "it is text/plain; convert it to WAV");
        assertRefused(
                AS_STORED,
                FileContent.of("file:/a.mp3", new byte[] {1, 2, 3, 0}),
                "its first bytes are none of WAV, FLAC, OGG Vorbis or MP3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tone.wav", "tone.flac", "tone24.flac", "tone.ogg", "tone.mp3"})
    void refusesTruncatedFiles(String name) {
        byte[] whole = TestAudio.resource(name);
        for (double part : new double[] {0.98, 0.75, 0.5, 0.1}) {
            byte[] cut = TestAudio.prefix(whole, (int) (whole.length * part));

            assertRefused(AS_STORED, FileContent.of("file:/" + name, cut), "");
        }
    }

    /** Behind the padding that FLAC files have in front of their audio. */
    @ParameterizedTest
    @ValueSource(strings = {"tone.flac", "tone24.flac", "tone.ogg"})
    void noticesChangedBytes(String name) {
        byte[] whole = TestAudio.resource(name);
        for (int tenth = 7; tenth < 10; tenth++) {
            byte[] damaged = whole.clone();
            damaged[whole.length * tenth / 10] ^= 0x55;

            assertRefused(AS_STORED, FileContent.of("file:/" + name, damaged), "damaged");
        }
    }

    @Test
    void refusesRecordingsWithoutSamples() throws Exception {
        assertRefused(
                AS_STORED, FileContent.of("file:/a", TestAudio.wav(8_000)), "it has no samples");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tone.wav", "tone.flac", "tone.ogg", "tone.mp3"})
    void refusesWhatIsTooLong(String name) throws Exception {
        AudioDecoding shorter = AS_STORED.withMaxDuration(Duration.ofMillis(100));
        AudioDecoding smaller = AS_STORED.withMaxSize(MemorySize.parse("32 kb"));
        AudioDecoding longer = AS_STORED.withMaxDuration(Duration.ofMillis(300));

        assertRefused(shorter, TestAudio.file(name), "the limits are PT0.1S (maxDuration)");
        assertRefused(smaller, TestAudio.file(name), "32 kb (maxSize)");
        assertThat(new AudioDecoder(longer).decode(TestAudio.file(name)).frames()).isEqualTo(8820);
    }

    @Test
    void refusesWhatGetsTooLargeByResampling() {
        AudioDecoding decoding = AudioDecoding.mono(384_000).withMaxSize(MemorySize.parse("16 kb"));

        assertRefused(
                decoding,
                TestAudio.file("chirp.wav"),
                "it has 96000 samples at 384000 Hz; the limit is 16 kb (maxSize)");
    }

    @Test
    void refusesRatesThatShareTooLittle() throws Exception {
        assertRefused(
                AudioDecoding.mono(16_000),
                FileContent.of("file:/a", TestAudio.wav(383_999, 0.5f)),
                "Invalid rates: 383999 and 16000 Hz.");
        assertRefused(
                AS_STORED,
                FileContent.of("file:/a", TestAudio.wav(500, 0.5f)),
                "its sample rate is 500 Hz");
    }

    /** Each look at a clock lets two thirds of the time pass. */
    @ParameterizedTest
    @ValueSource(strings = {"tone.wav", "tone.flac", "tone.ogg", "tone.mp3"})
    void endsWhatTakesTooLong(String name) {
        Duration limit = Duration.ofSeconds(1);
        AtomicLong clock = new AtomicLong();
        long step = limit.toNanos() * 2 / 3;
        DecodeBudget budget =
                new DecodeBudget(limit, () -> clock.addAndGet(step), () -> clock.addAndGet(step));
        AudioDecoder decoder =
                new AudioDecoder(AudioDecoding.mono(16_000).withMaxTime(limit), budget);

        assertThatThrownBy(() -> decoder.decode(TestAudio.file(name)))
                .isInstanceOf(BadAudioException.class)
                .hasMessage(
                        "Cannot decode 'file:/%s': decoding it takes more than PT1S of processor time (maxTime)"
                                .formatted(name));
    }

    private static FileContent text(String text) {
        return FileContent.of("file:/a", text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(AudioDecoding decoding, FileContent file, String reason) {
        assertThatThrownBy(() -> new AudioDecoder(decoding).decode(file))
                .as("%s of %d bytes", file.path(), file.content().length)
                .isInstanceOf(BadAudioException.class)
                .hasMessageStartingWith("Cannot decode '" + file.path() + "': ")
                .hasMessageContaining(reason);
    }
}
