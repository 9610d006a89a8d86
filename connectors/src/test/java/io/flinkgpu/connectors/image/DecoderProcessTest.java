package io.flinkgpu.connectors.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DecoderProcessTest {

    private static final String SHORT = "the heap of [0-9]+ MiB is too small to decode its ";

    @Test
    void refusesImagesThatDoNotFitTheHeapAndDecodesTheNext() throws Exception {
        String output = DecoderProcess.run("large", "-Xmx32m", "-XX:+UseSerialGC");

        assertThat(output)
                .containsPattern("jpeg: " + SHORT)
                .containsPattern("progressive: " + SHORT)
                .containsPattern("png: " + SHORT)
                .containsPattern("tif: " + SHORT)
                .containsPattern("webp: " + SHORT)
                .doesNotContain("damaged")
                .doesNotContain("wrong")
                .containsPattern("(?s)(then: decoded.*){5}");
    }

    @Test
    void leavesNothingOfAJobBehindInTheProcess() throws Exception {
        String output = DecoderProcess.run("loaders");

        assertThat(output)
                .contains("decoded: rgb.bmp", "loader: unloaded")
                .doesNotContain("provider: com.twelvemonkeys");
    }
}
