package io.flinkgpu.connectors.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.file.FileContent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TruncatedImageTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "first.gif",
                "rgb.bmp",
                "palette.bmp",
                "lzw.tif",
                "deflate.tif",
                "bilevel.tif",
                "lossy.webp",
                "lossless.webp",
                "animated.webp",
                "cmyk-adobe.jpg"
            })
    void isRefusedUnlessItHasAllPixels(String name) throws Exception {
        byte[] content = TestImages.resource(name);
        try (ImageDecoder decoder = new ImageDecoder(ImageDecoding.of(16, 24, 3))) {
            DecodedImage whole = decoder.decode(FileContent.of(name, content));
            int refused = 0;
            for (int length = 0; length < content.length; length++) {
                byte[] prefix = TestImages.prefix(content, length);
                try {
                    assertThat(decoder.decode(FileContent.of(name, prefix)))
                            .as("%d bytes", length)
                            .isEqualTo(whole);
                } catch (BadImageException e) {
                    refused++;
                }
            }

            assertThat(refused).isGreaterThan(content.length / 2);
        }
    }
}
