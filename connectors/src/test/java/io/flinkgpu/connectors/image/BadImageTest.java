package io.flinkgpu.connectors.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.ReadFailure;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BadImageTest {

    private static final int SIDE = 28;

    private final ImageDecoder decoder = new ImageDecoder(ImageDecoding.of(SIDE, SIDE, 1));

    @AfterEach
    void close() {
        decoder.close();
    }

    @Test
    void refusesFileOfZeroBytes() {
        assertRefused(new byte[0], "the file is empty (0 bytes)");
    }

    @Test
    void refusesTextNamedJpg() {
        assertRefused(
                "hello, I am no image".getBytes(StandardCharsets.UTF_8),
                "its first bytes (68 65 6c 6c 6f 2c 20 49) are neither JPEG's nor PNG's");
    }

    @Test
    void refusesOtherImageFormats() throws IOException {
        byte[] gif =
                TestImages.encode(TestImages.picture(8, 8, BufferedImage.TYPE_BYTE_INDEXED), "gif");

        assertRefused(
                gif, "its first bytes (47 49 46 38 39 61 08 00) are neither JPEG's nor PNG's");
    }

    @Test
    void refusesFileThatWasNotRead() {
        FileContent file =
                FileContent.unreadable(
                        "file:/a.jpg", new ReadFailure("java.io.IOException", "disk on fire"));

        assertThatThrownBy(() -> decoder.decode(file))
                .isInstanceOf(BadImageException.class)
                .hasMessage("Cannot decode 'file:/a.jpg': the file was not read: disk on fire");
    }

    @Test
    void refusesEveryTruncationOfAJpeg() throws IOException {
        byte[] jpeg = TestImages.jpeg(SIDE, SIDE);

        for (int length = 0; length < jpeg.length; length++) {
            assertRefused(TestImages.prefix(jpeg, length), "");
        }
    }

    @Test
    void refusesEveryTruncationOfAProgressiveJpeg() throws IOException {
        byte[] jpeg = TestImages.progressiveJpeg(SIDE, SIDE);

        for (int length = 0; length < jpeg.length; length++) {
            assertRefused(TestImages.prefix(jpeg, length), "");
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.75, 0.9, 0.999})
    void saysThatAJpegIsTruncated(double fraction) throws IOException {
        byte[] jpeg = TestImages.jpeg(200, 200);

        assertRefused(
                TestImages.prefix(jpeg, (int) (jpeg.length * fraction)),
                "the file is truncated or damaged: ");
    }

    @Test
    void refusesEveryTruncationOfAPngThatLosesPixels() throws Exception {
        byte[] png =
                TestImages.encode(
                        TestImages.picture(SIDE, SIDE, BufferedImage.TYPE_INT_RGB), "png");
        DecodedImage whole = decoder.decode(FileContent.of("file:/bad.jpg", png));
        // What follows the last pixel: the end of the deflate block (at most 2 bytes), two
        // checksums (4 each) and the closing chunk (12).
        int afterPixels = 22;

        for (int length = 0; length < png.length; length++) {
            byte[] prefix = TestImages.prefix(png, length);
            if (length < png.length - afterPixels) {
                assertRefused(prefix, "");
            } else {
                assertRefusedOrEqual(prefix, whole);
            }
        }
    }

    @Test
    void refusesHugeJpegHeaderBeforeTakingMemory() throws IOException {
        byte[] jpeg = TestImages.jpegWithHeaderSize(30_000, 30_000);

        assertRefusedCheaply(
                jpeg,
                "its header says 30000 x 30000 = 900000000 pixels, more than the limit of 67108864 (maxPixels)");
    }

    @Test
    void refusesHugePngHeaderBeforeTakingMemory() throws IOException {
        byte[] png = TestImages.pngWithHeaderSize(30_000, 30_000);

        assertRefusedCheaply(
                png,
                "its header says 30000 x 30000 = 900000000 pixels, more than the limit of 67108864 (maxPixels)");
    }

    @Test
    void takesTheLimitAsTheLargestSizeAllowed() throws Exception {
        FileContent file = FileContent.of("file:/a.jpg", TestImages.jpeg(10, 10));

        try (ImageDecoder atLimit =
                        new ImageDecoder(ImageDecoding.of(10, 10, 1).withMaxPixels(100));
                ImageDecoder belowSize =
                        new ImageDecoder(ImageDecoding.of(10, 10, 1).withMaxPixels(99))) {
            assertThat(atLimit.decode(file).pixels()).hasSize(100);
            assertThatThrownBy(() -> belowSize.decode(file))
                    .isInstanceOf(BadImageException.class)
                    .hasMessageContaining("100 pixels, more than the limit of 99 (maxPixels)");
        }
    }

    @Test
    void refusesCmyk() throws IOException {
        assertRefused(
                TestImages.cmykJpeg(16, 16),
                "the JPEG is CMYK or of another unsupported colour model; convert it to RGB");
    }

    @Test
    void refusesDamagedData() throws IOException {
        byte[] jpeg = TestImages.jpeg(64, 64);
        Arrays.fill(jpeg, jpeg.length / 2, jpeg.length / 2 + 40, (byte) 0xff);

        assertRefused(jpeg, "damaged");
    }

    @Test
    void decodesGoodImagesAfterBadOnes() throws Exception {
        FileContent good = FileContent.of("file:/a.jpg", TestImages.jpeg(SIDE, SIDE));
        DecodedImage expected = decoder.decode(good);

        assertRefused(TestImages.prefix(good.content(), good.content().length / 2), "");
        assertRefused(TestImages.cmykJpeg(16, 16), "CMYK");

        assertThat(decoder.decode(good)).isEqualTo(expected);
    }

    private void assertRefused(byte[] content, String reason) {
        assertThatThrownBy(() -> decoder.decode(FileContent.of("file:/bad.jpg", content)))
                .as("%d bytes", content.length)
                .isInstanceOf(BadImageException.class)
                .hasMessageStartingWith("Cannot decode 'file:/bad.jpg': ")
                .hasMessageContaining(reason);
    }

    private void assertRefusedOrEqual(byte[] content, DecodedImage whole) {
        try {
            assertThat(decoder.decode(FileContent.of(whole.path(), content))).isEqualTo(whole);
        } catch (BadImageException e) {
            assertThat(e.reason()).contains("damaged");
        }
    }

    /** The pixels would be 2.7 GB, which the heap of the tests cannot hold either. */
    private void assertRefusedCheaply(byte[] content, String reason) {
        assertRefused(content, reason); // loads classes
        assertThat(Runtime.getRuntime().maxMemory()).isLessThan(2_700_000_000L);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        assertRefused(content, reason);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(4_000_000L);
    }
}
