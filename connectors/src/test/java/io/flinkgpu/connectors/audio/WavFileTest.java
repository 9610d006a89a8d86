package io.flinkgpu.connectors.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.file.FileContent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WavFileTest {

    private static final int RATE = 8_000;

    /** The lowest and the highest sample, and one that is neither: a quarter. */
    @ParameterizedTest
    @CsvSource({"16, 32767, 8192", "24, 8388607, 2097152", "32, 2147483647, 536870912"})
    void dividesIntegersByTheirRange(int bits, int highest, int quarter) throws Exception {
        ByteBuffer data = ByteBuffer.allocate(3 * bits / 8).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : new int[] {-highest - 1, highest, quarter}) {
            for (int part = 0; part < bits; part += 8) {
                data.put((byte) (value >> part));
            }
        }

        float[] samples = decode(new AudioFormat(RATE, bits, 1, true, false), data.array());

        float range = highest + 1f;
        assertThat(samples).containsExactly(-1f, highest / range, 0.25f);
    }

    @Test
    void readsUnsignedBytes() throws Exception {
        byte[] data = {0, (byte) 128, (byte) 255, 64};

        float[] samples = decode(new AudioFormat(RATE, 8, 1, false, false), data);

        assertThat(samples).containsExactly(-1f, 0f, 127 / 128f, -0.5f);
    }

    @Test
    void readsFloatsAndClipsThem() throws Exception {
        ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        data.putFloat(0.1f).putFloat(-2f).putFloat(7f).putFloat(-0.3f);
        AudioFormat floats = new AudioFormat(Encoding.PCM_FLOAT, RATE, 32, 2, 8, RATE, false);

        assertThat(decode(floats, data.array())).containsExactly(0.1f, -1f, 1f, -0.3f);
    }

    @Test
    void refusesWhatIsNoNumber() throws Exception {
        ByteBuffer data = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        data.putFloat(Float.NaN);
        AudioFormat floats = new AudioFormat(Encoding.PCM_FLOAT, RATE, 32, 1, 4, RATE, false);

        assertThatThrownBy(() -> decode(floats, data.array()))
                .isInstanceOf(BadAudioException.class)
                .hasMessage("Cannot decode 'file:/a.wav': a sample is not a number (NaN)");
    }

    /** ITU-T G.711, tables 1a and 2a: the codes of silence and of the loudest samples. */
    @Test
    void readsALawAndMuLaw() throws Exception {
        byte[] aLaw = {(byte) 0xd5, (byte) 0xaa, 0x2a};
        byte[] muLaw = {(byte) 0xff, (byte) 0x80, 0x00};

        assertThat(decode(new AudioFormat(Encoding.ALAW, RATE, 8, 1, 1, RATE, false), aLaw))
                .containsExactly(8 / 32768f, 32256 / 32768f, -32256 / 32768f);
        assertThat(decode(new AudioFormat(Encoding.ULAW, RATE, 8, 1, 1, RATE, false), muLaw))
                .containsExactly(0f, 32124 / 32768f, -32124 / 32768f);
    }

    private static float[] decode(AudioFormat format, byte[] data) throws Exception {
        FileContent file = FileContent.of("file:/a.wav", TestAudio.wav(format, data));
        return new AudioDecoder(AudioDecoding.asStored()).decode(file).samples();
    }
}
