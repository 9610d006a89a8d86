package io.flinkgpu.connectors.image;

import io.flinkgpu.connectors.image.ImageFile.Passes;
import io.flinkgpu.connectors.image.SplicedImageInputStream.Part;
import java.io.ByteArrayOutputStream;
import java.util.List;
import javax.annotation.Nullable;

/**
 * The segments of a JPEG file before its first scan (ITU-T T.81, annex B).
 *
 * <p>The reader sees neither metadata nor the markers of JFIF and Adobe, but an Adobe marker that
 * says which colours the samples are: readers of different JDKs guess differently where a file does
 * not tell, and refuse files for their profiles. The rules are those of libjpeg (jdapimin.c).
 */
final class JpegFile {

    private static final int SOS = 0xda;
    private static final int EOI = 0xd9;
    private static final int APP0 = 0xe0;
    private static final int APP1 = 0xe1;
    private static final int APP2 = 0xe2;
    private static final int APP14 = 0xee;
    private static final int APP15 = 0xef;
    private static final int COM = 0xfe;

    private static final int NO_TRANSFORM = -1;
    private static final int RGB = 0;
    private static final int YCC = 1;
    private static final int YCCK = 2;

    private final byte[] content;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final JpegProfile profile = new JpegProfile();
    private Orientation orientation = Orientation.NORMAL;
    private boolean isJfif;
    private int adobeTransform = NO_TRANSFORM;
    @Nullable private JpegFrame frame;
    private int firstScan = -1;

    private JpegFile(byte[] content) {
        this.content = content;
    }

    /**
     * Looks at a file.
     *
     * @throws ImageRefusedException if it has colours that are not decoded, or scans without sense
     */
    static ImageFile inspect(byte[] content) throws ImageRefusedException {
        JpegFile file = new JpegFile(content);
        file.readSegments();
        // Without a frame and a scan the reader says what is wrong.
        return file.frame == null || file.firstScan < 0
                ? ImageFile.plain(ImageFormat.JPEG, content)
                : file.toImageFile(file.frame);
    }

    private ImageFile toImageFile(JpegFrame header) throws ImageRefusedException {
        int colors = header.components().size();
        if (colors != 1 && colors != 3 && colors != 4) {
            throw new ImageRefusedException(
                    "the JPEG has %d colour components; convert it to RGB".formatted(colors));
        }
        Passes passes = JpegScans.count(content, firstScan, header);
        Part head = Part.all(head(colors, header));
        return new ImageFile(
                ImageFormat.JPEG,
                List.of(head, new Part(content, firstScan, content.length)),
                orientation,
                colors == 4 ? inks() : null,
                null,
                passes,
                profile.flaws(colors));
    }

    private Inks inks() {
        return adobeTransform == YCCK ? Inks.INVERTED_YCCK : Inks.INVERTED_CMYK;
    }

    private byte[] head(int colors, JpegFrame header) {
        ByteArrayOutputStream head = new ByteArrayOutputStream(kept.size() + 18);
        head.writeBytes(new byte[] {(byte) 0xff, (byte) 0xd8});
        if (colors > 1) {
            int transform = colors == 3 && isYcc(header) ? YCC : RGB;
            head.writeBytes(new byte[] {(byte) 0xff, (byte) APP14, 0, 14});
            head.writeBytes(new byte[] {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0});
            head.write(transform);
        }
        head.writeBytes(kept.toByteArray());
        return head.toByteArray();
    }

    private boolean isYcc(JpegFrame header) {
        if (isJfif) {
            return true;
        }
        return adobeTransform == NO_TRANSFORM ? !header.isNamedRgb() : adobeTransform != RGB;
    }

    private void readSegments() {
        int at = nextMarker(content, 2);
        while (at >= 0 && firstScan < 0) {
            int marker = Octets.u8(content, at + 1);
            if (marker == SOS) {
                firstScan = at;
            } else if (marker == EOI) {
                return;
            } else if (hasLength(marker)) {
                int to = at + 4 > content.length ? -1 : at + 2 + Octets.u16(content, at + 2);
                if (to < at + 4 || to > content.length) {
                    return;
                }
                readSegment(marker, at, to);
                at = nextMarker(content, to);
            } else {
                at = nextMarker(content, at + 2);
            }
        }
    }

    private void readSegment(int marker, int at, int to) {
        int data = at + 4;
        if (marker == APP0 && Octets.startsWith(content, data, to, "JFIF\0")) {
            isJfif = true;
        } else if (marker == APP1 && Octets.startsWith(content, data, to, "Exif\0")) {
            orientation = Orientation.ofExif(content, data + 6, to);
        } else if (marker == APP2 && Octets.startsWith(content, data, to, JpegProfile.NAME)) {
            profile.add(content, data, to);
        } else if (marker == APP14
                && Octets.startsWith(content, data, to, "Adobe")
                && to - data >= 12) {
            adobeTransform = Octets.u8(content, data + 11);
        }
        if ((marker >= APP0 && marker <= APP15) || marker == COM) {
            return;
        }
        if (JpegFrame.isFrame(marker)) {
            frame = JpegFrame.read(marker, content, data, to);
        }
        kept.write(content, at, to - at);
    }

    /** Restart and temporary markers stand alone. */
    static boolean hasLength(int marker) {
        return marker > 0x01 && (marker < 0xd0 || marker > 0xd9);
    }

    /** The position of the next marker's last 0xff; negative if there is none. */
    static int nextMarker(byte[] content, int from) {
        for (int at = from; at < content.length - 1; at++) {
            if (content[at] == (byte) 0xff
                    && content[at + 1] != 0
                    && content[at + 1] != (byte) 0xff) {
                return at;
            }
        }
        return -1;
    }
}
