package io.flinkgpu.connectors.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.flinkgpu.connectors.file.FileContent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * Whatever happens to a file's bytes, it is an image or it is refused in time: nothing else is
 * thrown.
 */
class DamagedImagePropertiesTest {

    private static final ImageDecoding DECODING =
            ImageDecoding.of(8, 8, 3).withMaxPixels(1_000_000).withMaxTime(Duration.ofSeconds(5));

    @Property(tries = 400)
    void isDecodedOrRefused(
            @ForAll("files") String name,
            @ForAll @IntRange(max = 1 << 20) int position,
            @ForAll byte value,
            @ForAll boolean isCut)
            throws IOException {
        byte[] content = TestImages.resource(name);
        int at = position % content.length;
        content[at] = value;
        byte[] damaged = isCut ? TestImages.prefix(content, at) : content;

        assertTimeoutPreemptively(
                Duration.ofMinutes(1), () -> assertDecodedOrRefused(name, damaged));
    }

    private static void assertDecodedOrRefused(String name, byte[] damaged) throws IOException {
        try (ImageDecoder decoder = new ImageDecoder(DECODING)) {
            assertThat(decoder.decode(FileContent.of(name, damaged)).pixels()).hasSize(8 * 8 * 3);
        } catch (BadImageException e) {
            assertThat(e.reason()).isNotEmpty();
        }
    }

    @Provide
    Arbitrary<String> files() {
        return Arbitraries.of(
                List.of(
                        "no-jfif.jpg",
                        "cmyk-adobe.jpg",
                        "ycck-adobe.jpg",
                        "lossy-alpha.webp",
                        "lossless.webp",
                        "animated.webp",
                        "first.gif",
                        "offset.gif",
                        "lzw.tif",
                        "jpeg.tif",
                        "bilevel.tif",
                        "cmyk.tif",
                        "palette.tif",
                        "rgb.bmp",
                        "palette.bmp"));
    }
}
