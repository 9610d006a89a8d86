package io.flinkgpu.connectors.image;

import io.flinkgpu.connectors.image.ImageFile.Passes;
import java.util.Arrays;

/**
 * The scans of a JPEG file that is not decoded in one (ITU-T T.81, annex G), counted before a
 * reader goes over the whole image for each of them.
 *
 * <p>A scan of a few bytes may refine nothing and cost as much as any other, so their number is
 * bounded, and so is their number times the pixels. Encoders write about ten; more than one for
 * each bit of the first coefficients is no image's need.
 */
final class JpegScans {

    static final int MAX_SCANS = 100;
    static final long MAX_SCANNED_PIXELS = 2L * 1024 * 1024 * 1024;

    private static final int SOS = 0xda;
    private static final int EOI = 0xd9;
    private static final int COEFFICIENTS = 64;
    private static final int MISSING = 0xff;

    private final byte[] content;
    private final JpegFrame frame;
    private final int[][] lowBits;
    private int scans;
    private boolean hasEnd;

    private JpegScans(byte[] content, JpegFrame frame) {
        this.content = content;
        this.frame = frame;
        this.lowBits = new int[frame.components().size()][COEFFICIENTS];
        for (int[] coefficients : lowBits) {
            Arrays.fill(coefficients, MISSING);
        }
    }

    /**
     * @param firstScan the position of the first scan's marker
     * @throws ImageRefusedException if there are too many
     */
    static Passes count(byte[] content, int firstScan, JpegFrame frame)
            throws ImageRefusedException {
        boolean isOne =
                !frame.isProgressive()
                        && firstScan + 4 < content.length
                        && Octets.u8(content, firstScan + 4) == frame.components().size();
        if (isOne) {
            return Passes.ONE; // readers stop behind it
        }
        JpegScans counted = new JpegScans(content, frame);
        counted.walk(firstScan);
        return new Passes(counted.scans, counted.hasEnd || counted.hasAllBits());
    }

    private void walk(int firstScan) throws ImageRefusedException {
        int at = firstScan;
        while (at >= 0) {
            int marker = Octets.u8(content, at + 1);
            if (marker == EOI) {
                hasEnd = true;
                return;
            }
            int next = at + 2;
            if (JpegFile.hasLength(marker)) {
                if (at + 4 > content.length) {
                    return;
                }
                next = at + 2 + Octets.u16(content, at + 2);
                if (marker == SOS) {
                    takeScan(at + 4, Math.min(next, content.length));
                }
            }
            at = JpegFile.nextMarker(content, next);
        }
    }

    private void takeScan(int data, int to) throws ImageRefusedException {
        scans++;
        if (scans > MAX_SCANS || scans * frame.pixels() > MAX_SCANNED_PIXELS) {
            throw new ImageRefusedException(
                    "it has %d or more scans of %d x %d pixels, which is more work than the limit of %d scans and %d pixels in all of them"
                            .formatted(
                                    scans,
                                    frame.width(),
                                    frame.height(),
                                    MAX_SCANS,
                                    MAX_SCANNED_PIXELS));
        }
        int components = to > data ? Octets.u8(content, data) : 0;
        int spectrum = data + 1 + 2 * components;
        if (spectrum + 3 > to) {
            return;
        }
        int first = frame.isProgressive() ? Octets.u8(content, spectrum) : 0;
        int last = frame.isProgressive() ? Octets.u8(content, spectrum + 1) : COEFFICIENTS - 1;
        int low = frame.isProgressive() ? Octets.u8(content, spectrum + 2) & 0x0f : 0;
        for (int i = 0; i < components; i++) {
            int component = frame.components().indexOf(Octets.u8(content, data + 1 + 2 * i));
            if (component >= 0 && first <= last && last < COEFFICIENTS) {
                Arrays.fill(lowBits[component], first, last + 1, low);
            }
        }
    }

    private boolean hasAllBits() {
        return Arrays.stream(lowBits).flatMapToInt(Arrays::stream).allMatch(bit -> bit == 0);
    }
}
