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
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
                "its first bytes (68 65 6c 6c 6f 2c 20 49) are none of JPEG, PNG, GIF, BMP, TIFF or"
                        + " WebP");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "000000206674797061766966 | an AVIF image",
                "000000206674797061766973 | an AVIF image",
                "0000001866747970686569630000 | a HEIC image",
                "00000018667479706d69663100000000 | a HEIC image",
                "ff0a0000 | a JPEG XL image",
                "0000000c4a584c200d0a870a | a JPEG XL image",
                "0000000c6a5020200d0a870a | a JPEG 2000 image",
                "3c21444f43545950452068746d6c3e | an HTML page",
                "efbbbf0a20203c68746d6c3e | an HTML page",
                "3c21646f63747970652068746d6c3e | an HTML page",
                "3c73766720786d6c6e73 | an SVG drawing",
                "3c3f786d6c2076657273696f6e3d22312e30223f3e3c737667 20 | an SVG drawing",
                "3c3f786d6c2076657273696f6e3d22312e30223f3e3c4572726f723e | an XML document",
                "7b22636f6465223a3430347d | a JSON document",
                "255044462d312e37 | a PDF document",
                "384250530001 | a Photoshop document",
                "000001000100 | a Windows icon",
                "0000002066747970 69736f6d | a video",
                "1f8b08 | a gzip archive",
                "504b0304 | a ZIP archive"
            })
    void refusesOtherFormatsByName(String start, String name) {
        byte[] content = HexFormat.of().parseHex(start.replace(" ", ""));

        assertRefused(content, "it is " + name);
        assertRefused(TestImages.prefix(content, 2000), "it is " + name);
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
    void refusesEveryTruncationOfAJpegThatLosesPixels() throws Exception {
        byte[] jpeg = TestImages.jpeg(SIDE, SIDE);

        assertRefusedWithoutPixels(jpeg, jpeg.length - 4);
    }

    @Test
    void refusesEveryTruncationOfAProgressiveJpegThatLosesPixels() throws Exception {
        byte[] jpeg = TestImages.progressiveJpeg(SIDE, SIDE);

        assertRefusedWithoutPixels(jpeg, jpeg.length - 4);
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
        // What follows the last pixel: the end of the deflate block (at most 2 bytes), two
        // checksums (4 each) and the closing chunk (12).
        assertRefusedWithoutPixels(png, png.length - 22);
    }

    @Test
    void refusesEveryTruncationOfAWebpThatLosesPixels() throws Exception {
        byte[] webp = TestImages.resource("lossy-alpha.webp");

        // A byte of padding may be missing.
        assertRefusedWithoutPixels(webp, webp.length - 1);
    }

    @Test
    void refusesScansWithoutSense() throws Exception {
        byte[] jpeg = TestImages.progressiveJpeg(64, 64);

        decoder.decode(FileContent.of("file:/a.jpg", TestImages.withScans(jpeg, 50, 64, 64)));
        assertRefused(
                TestImages.withScans(jpeg, 1000, 64, 64),
                "it has 101 or more scans of 64 x 64 pixels, which is more work than the limit");
    }

    @Test
    void refusesFewScansOfManyPixels() throws Exception {
        byte[] jpeg = TestImages.progressiveJpeg(4000, 4000);
        try (ImageDecoder large = new ImageDecoder(ImageDecoding.of(SIDE, SIDE, 1))) {
            byte[] content = TestImages.withScans(jpeg, 130, 4000, 4000);
            byte[] larger = TestImages.withFrameSize(content, 8000, 8000);

            assertThatThrownBy(() -> large.decode(FileContent.of("file:/a.jpg", larger)))
                    .isInstanceOf(BadImageException.class)
                    .hasMessageContaining("it has 34 or more scans of 8000 x 8000 pixels");
        }
    }

    @Test
    void refusesHugeJpegHeaderBeforeTakingMemory() throws IOException {
        byte[] jpeg = TestImages.jpegWithHeaderSize(30_000, 30_000);

        assertRefusedCheaply(
                jpeg,
                "its header says 30000 x 30000 = 900000000 pixels, more than the limit of 67108864"
                        + " (maxPixels)");
    }

    @Test
    void refusesHugePngHeaderBeforeTakingMemory() throws IOException {
        byte[] png = TestImages.pngWithHeaderSize(30_000, 30_000);

        assertRefusedCheaply(
                png,
                "its header says 30000 x 30000 = 900000000 pixels, more than the limit of 67108864"
                        + " (maxPixels)");
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
        assertRefused(TestImages.withScans(TestImages.progressiveJpeg(8, 8), 200, 8, 8), "scans");

        assertThat(decoder.decode(good)).isEqualTo(expected);
    }

    private void assertRefused(byte[] content, String reason) {
        assertThatThrownBy(() -> decoder.decode(FileContent.of("file:/bad.jpg", content)))
                .as("%d bytes", content.length)
                .isInstanceOf(BadImageException.class)
                .hasMessageStartingWith("Cannot decode 'file:/bad.jpg': ")
                .hasMessageContaining(reason);
    }

    /** Each prefix is refused that is shorter; a longer one may be whole, up to its pixels. */
    private void assertRefusedWithoutPixels(byte[] content, int endOfPixels) throws Exception {
        DecodedImage whole = decoder.decode(FileContent.of("file:/bad.jpg", content));
        for (int length = 0; length < content.length; length++) {
            byte[] prefix = TestImages.prefix(content, length);
            if (length < endOfPixels) {
                assertRefused(prefix, "");
            } else {
                assertRefusedOrEqual(prefix, whole);
            }
        }
    }

    private void assertRefusedOrEqual(byte[] content, DecodedImage whole) {
        try {
            assertThat(decoder.decode(FileContent.of(whole.path(), content))).isEqualTo(whole);
        } catch (BadImageException e) {
            assertThat(e.reason()).containsAnyOf("damaged", "truncated");
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
