package io.flinkgpu.connectors.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.file.FileContent;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Faults of files that cost no pixel: the image is the one without the fault, and the fault is
 * told.
 */
class FlawedImageTest {

    private static final int SIDE = 28;
    private static final byte[] PROFILE = TestImages.profile("RGB ", 200);

    private final ImageDecoder decoder = new ImageDecoder(ImageDecoding.of(SIDE, SIDE, 3));

    @AfterEach
    void close() {
        decoder.close();
    }

    @Test
    void takesAWholeProfileAsNoFlaw() throws Exception {
        byte[] jpeg = TestImages.jpeg(SIDE, SIDE);

        assertSame(jpeg, profiled(jpeg, TestImages.profileChunk(1, 1, PROFILE)));
        assertSame(
                jpeg,
                profiled(
                        jpeg,
                        TestImages.profileChunk(2, 2, Arrays.copyOfRange(PROFILE, 150, 200)),
                        TestImages.profileChunk(1, 2, Arrays.copyOf(PROFILE, 150))));
        assertSame(png(), TestImages.withChunk(png(), "iCCP", deflated(PROFILE)));
    }

    @Test
    void decodesJpegsWithDamagedProfiles() throws Exception {
        byte[] jpeg = TestImages.jpeg(SIDE, SIDE);
        byte[] whole = TestImages.profileChunk(1, 1, PROFILE);
        byte[] grey = TestImages.profileChunk(1, 1, TestImages.profile("GRAY", 200));
        byte[] empty = TestImages.profileChunk(1, 1, new byte[0]);
        byte[] short100 = TestImages.profileChunk(1, 1, Arrays.copyOf(PROFILE, 150));
        byte[] first = TestImages.profileChunk(1, 2, PROFILE);
        byte[] zero = TestImages.profileChunk(0, 1, PROFILE);

        assertFlawed(jpeg, profiled(jpeg, grey), "its colour profile is for 'GRAY'");
        assertFlawed(jpeg, profiled(jpeg, empty), "its colour profile has 0 bytes");
        assertFlawed(jpeg, profiled(jpeg, short100), "its colour profile has 150 bytes of 200");
        assertFlawed(jpeg, profiled(jpeg, first), "its colour profile has 1 of 2 chunks");
        assertFlawed(jpeg, profiled(jpeg, first, whole), "its colour profile has 1 of");
        assertFlawed(jpeg, profiled(jpeg, zero), "its colour profile has 1 of 1 chunks");
        assertFlawed(
                jpeg,
                profiled(jpeg, TestImages.profileChunk(1, 1, new byte[200])),
                "its colour profile lacks the signature");
        assertFlawed(
                jpeg,
                profiled(jpeg, "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII)),
                "its colour profile has 0 of 0 chunks");
    }

    @Test
    void decodesPngsWithDamagedProfiles() throws Exception {
        byte[] png = png();

        assertFlawed(png, TestImages.withChunk(png, "iCCP", new byte[0]), "profile is empty");
        assertFlawed(
                png,
                TestImages.withChunk(png, "iCCP", new byte[] {'a', 0, 0, 1, 2, 3}),
                "its colour profile is damaged");
        assertFlawed(
                png,
                TestImages.withChunk(png, "iCCP", deflated(TestImages.profile("GRAY", 200))),
                "its colour profile is for 'GRAY' and the image is 'RGB'");
    }

    @Test
    void decodesAWebpWithAProfileOfOtherColours() throws Exception {
        decoder.decode(FileContent.of("file:/a", TestImages.resource("profile.webp")));

        assertThat(decoder.flaws())
                .containsExactly("its colour profile is for 'Lab' and the image is 'RGB'");
    }

    @Test
    void decodesFilesWhoseEndMarkerAloneIsMissing() throws Exception {
        byte[] jpeg = TestImages.jpeg(SIDE, SIDE);
        byte[] progressive = TestImages.progressiveJpeg(SIDE, SIDE);
        byte[] png = png();

        assertFlawed(jpeg, cut(jpeg, 2), "its end marker is missing");
        assertFlawed(jpeg, cut(jpeg, 1), "its end marker is missing");
        assertFlawed(progressive, cut(progressive, 2), "its end marker is missing");
        assertFlawed(png, cut(png, 12), "its end marker is missing");
    }

    @Test
    void forgetsTheFlawsOfTheImageBefore() throws Exception {
        byte[] jpeg = TestImages.jpeg(SIDE, SIDE);
        assertFlawed(jpeg, cut(jpeg, 2), "its end marker is missing");

        decoder.decode(FileContent.of("file:/a", jpeg));

        assertThat(decoder.flaws()).isEmpty();
    }

    @Test
    void takesBytesBehindTheEndAsNoFlaw() throws Exception {
        byte[] jpeg = TestImages.jpeg(SIDE, SIDE);

        assertSame(jpeg, TestImages.concat(jpeg, new byte[1000]));
        assertSame(jpeg, TestImages.concat(jpeg, TestImages.jpeg(8, 8)));
    }

    @Test
    void readsPastCommentsAndUnknownSegments() throws Exception {
        byte[] jpeg = TestImages.jpeg(SIDE, SIDE);

        assertSame(jpeg, TestImages.withSegment(jpeg, 0xfe, new byte[60_000]));
        assertSame(jpeg, TestImages.withSegment(jpeg, 0xe5, new byte[] {1}));
        assertSame(
                jpeg,
                TestImages.withSegment(jpeg, 0xe0, "JFXX\0".getBytes(StandardCharsets.US_ASCII)));
    }

    private void assertSame(byte[] plain, byte[] other) throws Exception {
        assertThat(decoder.decode(FileContent.of("file:/a", other)))
                .isEqualTo(decoder.decode(FileContent.of("file:/a", plain)));
        decoder.decode(FileContent.of("file:/a", other));
        assertThat(decoder.flaws()).isEmpty();
    }

    private void assertFlawed(byte[] plain, byte[] flawed, String flaw) throws Exception {
        DecodedImage expected = decoder.decode(FileContent.of("file:/a", plain));

        DecodedImage image = decoder.decode(FileContent.of("file:/a", flawed));

        assertThat(image).isEqualTo(expected);
        List<String> flaws = decoder.flaws();
        assertThat(flaws).hasSize(1);
        assertThat(flaws.get(0)).contains(flaw);
    }

    private static byte[] profiled(byte[] jpeg, byte[]... chunks) {
        byte[] profiled = jpeg;
        for (byte[] chunk : chunks) {
            profiled = TestImages.withSegment(profiled, 0xe2, chunk);
        }
        return profiled;
    }

    private static byte[] deflated(byte[] profile) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {'a', 0, 0});
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
            deflater.write(profile);
        }
        return out.toByteArray();
    }

    private static byte[] png() throws Exception {
        return TestImages.encode(TestImages.picture(SIDE, SIDE, BufferedImage.TYPE_INT_RGB), "png");
    }

    private static byte[] cut(byte[] content, int bytes) {
        return TestImages.prefix(content, content.length - bytes);
    }
}
