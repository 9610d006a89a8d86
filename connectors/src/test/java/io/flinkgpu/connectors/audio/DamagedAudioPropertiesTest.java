package io.flinkgpu.connectors.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.flinkgpu.connectors.file.FileContent;
import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * Whatever happens to a file's bytes, it is audio or it is refused in time: nothing else is thrown.
 */
class DamagedAudioPropertiesTest {

    private static final AudioDecoding DECODING =
            AudioDecoding.mono(16_000)
                    .withMaxDuration(Duration.ofSeconds(5))
                    .withMaxTime(Duration.ofSeconds(5));

    @Property(tries = 400)
    void isDecodedOrRefused(
            @ForAll("files") String name,
            @ForAll @IntRange(max = 1 << 20) int position,
            @ForAll byte value,
            @ForAll boolean isInHeader,
            @ForAll boolean isCut) {
        byte[] content = TestAudio.resource(name);
        int at = position % (isInHeader ? 200 : content.length);
        content[at] = value;
        byte[] damaged = isCut ? TestAudio.prefix(content, at) : content;

        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> assertDecodedOrRefused(damaged));
    }

    private static void assertDecodedOrRefused(byte[] damaged) {
        try {
            DecodedAudio audio =
                    new AudioDecoder(DECODING).decode(FileContent.of("file:/a", damaged));
            assertThat(audio.sampleRate()).isEqualTo(16_000);
            for (float sample : audio.samples()) {
                assertThat(sample >= -1 && sample <= 1).isTrue();
            }
        } catch (BadAudioException e) {
            assertThat(e.reason()).isNotEmpty();
        }
    }

    @Provide
    Arbitrary<String> files() {
        return Arbitraries.of(
                "tone.wav", "tone.flac", "tone24.flac", "tone.ogg", "tone.mp3", "plain.mp3");
    }
}
