package io.flinkgpu.connectors.table.function;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinkgpu.table.module.FlinkGpuModule;
import java.awt.Color;
import org.apache.flink.table.api.TableRuntimeException;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.functions.FunctionContext;
import org.junit.jupiter.api.Test;

class DecodeFunctionsTest {

    private static final FunctionContext NONE = new FunctionContext(null, null, null);
    private static final byte[] TEXT = "no media".getBytes(UTF_8);

    @Test
    void decodesAnImageToPixelsSideBySide() throws Exception {
        DecodeImage function = new DecodeImage();
        function.open(NONE);

        ArrayData pixels = function.eval(TestingMedia.png(4, 2, new Color(0xff, 0, 0x33)), 1, 2, 3);

        assertThat(pixels.toFloatArray())
                .containsExactly(new float[] {1, 0, 0.2f, 1, 0, 0.2f}, within(1e-6f));
        function.close();
    }

    @Test
    void takesOtherSizesFromCallToCall() throws Exception {
        DecodeImage function = new DecodeImage();
        function.open(NONE);
        byte[] black = TestingMedia.png(2, 1, Color.BLACK);

        assertThat(function.eval(black, 1, 1, 1).size()).isEqualTo(1);
        assertThat(function.eval(black, 2, 2, 1, "pad").toFloatArray())
                .as("a black row of two pixels, and a row of background")
                .containsExactlyInAnyOrder(0, 0, 1, 1);
        function.close();
    }

    @Test
    void decodesAudioAtARate() throws Exception {
        DecodeAudio function = new DecodeAudio();
        function.open(NONE);

        assertThat(function.eval(TestingMedia.wav(800), 8_000).toFloatArray())
                .hasSize(800)
                .contains(new float[] {0.5f}, within(1e-4f));
        assertThat(function.eval(TestingMedia.wav(800), 16_000).size()).isEqualTo(1_600);
    }

    @Test
    void ofNullIsNull() throws Exception {
        assertThat(new DecodeImage().eval(null, 1, 1, 1)).isNull();
        assertThat(new TryDecodeImage().eval(null, 1, 1, 1)).isNull();
        assertThat(new DecodeAudio().eval(null, 8_000)).isNull();
        assertThat(new TryDecodeAudio().eval(null, 8_000)).isNull();
    }

    @Test
    void failsForWhatCannotBeDecoded() {
        DecodeImage image = new DecodeImage();
        image.open(NONE);
        DecodeAudio audio = new DecodeAudio();
        audio.open(NONE);

        assertThatThrownBy(() -> image.eval(TEXT, 1, 1, 1))
                .isInstanceOf(TableRuntimeException.class)
                .hasMessageMatching(
                        "Cannot decode the image: its first bytes .*[.] try_decode_image gives NULL instead[.]");
        assertThatThrownBy(() -> audio.eval(TEXT, 8_000))
                .isInstanceOf(TableRuntimeException.class)
                .hasMessageMatching(
                        "Cannot decode the audio: .*[.] try_decode_audio gives NULL instead[.]");
    }

    @Test
    void isNullWhereOnlyTried() {
        TryDecodeImage image = new TryDecodeImage();
        image.open(NONE);
        TryDecodeAudio audio = new TryDecodeAudio();
        audio.open(NONE);

        assertThat(image.eval(TEXT, 1, 1, 1)).isNull();
        assertThat(audio.eval(TEXT, 8_000)).isNull();
    }

    @Test
    void isInTheModule() {
        assertThat(FlinkGpuModule.load(getClass().getClassLoader()).listFunctions())
                .contains("decode_image", "try_decode_image", "decode_audio", "try_decode_audio");
    }
}
