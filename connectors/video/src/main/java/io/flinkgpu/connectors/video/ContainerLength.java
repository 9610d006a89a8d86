package io.flinkgpu.connectors.video;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * How long a file is by its own account, which tells that it was cut: FFmpeg decodes what is left.
 *
 * <p>MP4 and QuickTime (ISO/IEC 14496-12, 4.2) are a row of boxes with their sizes, AVI is a RIFF
 * chunk, Matroska and WebM (RFC 9559) are a header and a segment.
 */
final class ContainerLength {

    /** It does not say so, or is something else. */
    static final long UNKNOWN = 0;

    private static final int HEAD_BYTES = 64;

    // A file made for streaming has two boxes for each second or so.
    private static final int MAX_BOXES = 10_000;
    private static final int BOX_HEADER_BYTES = 8;
    private static final int IS_LARGE = 1;

    // What files begin with, the second of them behind a size.
    private static final int RIFF = 0x52494646;
    private static final int FTYP = 0x66747970;
    private static final int EBML = 0x1a45dfa3;
    private static final int SEGMENT = 0x18538067;

    private ContainerLength() {}

    /**
     * The length in bytes, at least; the stream is at its start before and afterwards.
     *
     * @param in goes back to its start by {@code reset}
     */
    static long of(InputStream in) throws IOException {
        in.mark(Integer.MAX_VALUE);
        ByteBuffer head = ByteBuffer.wrap(in.readNBytes(HEAD_BYTES));
        in.reset();
        if (head.limit() < 16) {
            return UNKNOWN;
        }
        if (head.getInt(0) == RIFF) {
            long size = Integer.toUnsignedLong(Integer.reverseBytes(head.getInt(4)));
            return size == 0 || size == 0xffffffffL ? UNKNOWN : size + 8;
        }
        if (head.getInt(4) == FTYP) {
            long length = ofBoxes(in);
            in.reset();
            return length;
        }
        return head.getInt(0) == EBML ? ofSegment(head) : UNKNOWN;
    }

    private static long ofBoxes(InputStream in) throws IOException {
        long end = 0;
        for (int boxes = 0; boxes < MAX_BOXES; boxes++) {
            byte[] header = in.readNBytes(BOX_HEADER_BYTES);
            if (header.length < BOX_HEADER_BYTES) {
                return end + header.length;
            }
            long size = Integer.toUnsignedLong(ByteBuffer.wrap(header).getInt());
            long read = BOX_HEADER_BYTES;
            if (size == IS_LARGE) {
                byte[] large = in.readNBytes(Long.BYTES);
                size = large.length < Long.BYTES ? 0 : ByteBuffer.wrap(large).getLong();
                read += Long.BYTES;
            }
            if (size < read) {
                return UNKNOWN; // up to the end of the file, or damaged, which FFmpeg notices
            }
            end += size;
            if (!skips(size - read, in)) {
                return end;
            }
        }
        return UNKNOWN;
    }

    /** Whether there are so many bytes to skip. */
    private static boolean skips(long count, InputStream in) throws IOException {
        for (long left = count; left > 0; ) {
            long skipped = in.skip(left);
            if (skipped <= 0) {
                return false;
            }
            left -= skipped;
        }
        return true;
    }

    /** An element is a number that names it, its size, and its content. */
    private static long ofSegment(ByteBuffer head) {
        head.position(Integer.BYTES);
        long headerSize = number(head);
        if (headerSize < 0 || headerSize > head.remaining() - 12) {
            return UNKNOWN;
        }
        head.position(head.position() + (int) headerSize);
        if (head.getInt() != SEGMENT) {
            return UNKNOWN;
        }
        long size = number(head);
        return size < 0 ? UNKNOWN : head.position() + size;
    }

    /**
     * A number that begins with zeros as many as bytes follow; -1 for all ones, which is unknown.
     */
    private static long number(ByteBuffer head) {
        int first = head.get() & 0xff;
        int more = Integer.numberOfLeadingZeros(first) - 24;
        if (more > 7) {
            return -1;
        }
        long value = first & (0x7f >> more);
        boolean isAllOnes = value == 0x7f >> more;
        for (int i = 0; i < more; i++) {
            int next = head.get() & 0xff;
            isAllOnes &= next == 0xff;
            value = (value << 8) | next;
        }
        return isAllOnes ? -1 : value;
    }
}
