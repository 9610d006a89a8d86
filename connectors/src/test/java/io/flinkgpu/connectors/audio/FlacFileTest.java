package io.flinkgpu.connectors.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.file.FileContent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files on which the reader of FLAC would search for a next frame for ever, and their kin. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class FlacFileTest {

    // The stream info block (RFC 9639, 8.2), behind the magic bytes and the block's header.
    private static final int TOTAL_SAMPLES_AT = 22;
    private static final int SUM_AT = 26;
    private static final int SUM_BYTES = 16;

    @ParameterizedTest
    @ValueSource(strings = {"tone.flac", "tone24.flac"})
    void refusesFilesWithMoreThanTheirHeaderTells(String name) {
        for (int total : new int[] {1, 255, 4096, 8819}) {
            byte[] content = TestAudio.resource(name);
            ByteBuffer.wrap(content).putInt(TOTAL_SAMPLES_AT, total);

            assertDamaged(content);
        }
    }

    /** Frames begin with 1 of 8 bits 14 times; behind them a bit is reserved (RFC 9639, 9.1). */
    @ParameterizedTest
    @ValueSource(strings = {"tone.flac", "tone24.flac"})
    void refusesWhatLooksLikeAFrameAtTheEnd(String name) {
        byte[] content = TestAudio.resource(name);
        ByteBuffer.wrap(content).putInt(TOTAL_SAMPLES_AT, 0);
        byte[] longer = joined(content, (byte) 0xff, (byte) 0xfa);

        assertDamaged(longer);
    }

    @Test
    void refusesDamagedFramesOfFilesWithoutSum() {
        byte[] content = TestAudio.resource("tone.flac");
        Arrays.fill(content, SUM_AT, SUM_AT + SUM_BYTES, (byte) 0);
        content[content.length - 1000] ^= 0x55;

        assertDamaged(content);
    }

    /** As encoders write them that do not know what comes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 20, 500})
    void refusesCutFilesThatTellNeitherLengthNorSum(int cut) throws Exception {
        byte[] content = streamed();
        assertThat(decode(content).frames()).isEqualTo(8820);

        assertDamaged(Arrays.copyOf(content, content.length - cut));
    }

    @Test
    void refusesStreamedFilesWhoseLastFrameDoesNotBegin() {
        byte[] content = streamed();
        content[lastFrame(content)] = 0;

        assertDamaged(content);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesFilesWithATagBehindTheAudio(boolean isTotalTold) throws Exception {
        byte[] content = TestAudio.resource("tone.flac");
        float[] expected = decode(content).samples();
        byte[] tag = Arrays.copyOf("TAGtitle".getBytes(StandardCharsets.US_ASCII), 128);
        if (!isTotalTold) {
            ByteBuffer.wrap(content).putInt(TOTAL_SAMPLES_AT, 0);
        }

        DecodedAudio decoded = decode(joined(content, tag));

        assertThat(decoded.samples()).containsExactly(expected);
    }

    @Test
    void refusesWhatLiesBetweenFrames() {
        byte[] content = streamed();
        int frame = lastFrame(content);
        byte[] spread =
                joined(
                        joined(Arrays.copyOf(content, frame), new byte[16]),
                        Arrays.copyOfRange(content, frame, content.length));

        assertDamaged(spread);
    }

    private static byte[] streamed() {
        byte[] content = TestAudio.resource("tone.flac");
        ByteBuffer.wrap(content).putInt(TOTAL_SAMPLES_AT, 0);
        Arrays.fill(content, SUM_AT, SUM_AT + SUM_BYTES, (byte) 0);
        return content;
    }

    /** Where the last frame begins: its header is that of the one before with another number. */
    private static int lastFrame(byte[] content) {
        for (int at = content.length - 4; at > 0; at--) {
            if ((content[at] & 0xff) == 0xff && (content[at + 1] & 0xff) == 0xf8) {
                return at;
            }
        }
        throw new AssertionError("no frame");
    }

    private static byte[] joined(byte[] first, byte... second) {
        return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
    }

    private static DecodedAudio decode(byte[] content) throws BadAudioException {
        return new AudioDecoder(AudioDecoding.asStored())
                .decode(FileContent.of("file:/a.flac", content));
    }

    private static void assertDamaged(byte[] content) {
        assertThatThrownBy(() -> decode(content))
                .isInstanceOf(BadAudioException.class)
                .hasMessageStartingWith("Cannot decode 'file:/a.flac': the data is damaged (");
    }
}
