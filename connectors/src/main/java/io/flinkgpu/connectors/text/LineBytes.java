package io.flinkgpu.connectors.text;

import io.flinkgpu.connectors.source.FileInput;
import io.flinkgpu.connectors.source.ReadPosition;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * The lines of a file as bytes, plain or gzip; of a line that is too long, only that it is.
 *
 * <p>Holds one line, and a buffer. Not thread-safe.
 */
final class LineBytes implements Closeable {

    private static final int BUFFER_BYTES = 128 * 1024;
    private static final int FIRST_LINE_BYTES = 256;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final InputStream in;
    private final boolean isPlain;
    private final int maxBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;

    /** Behind the current line. */
    private long offset;

    private byte[] line = new byte[FIRST_LINE_BYTES];

    /** The bytes of the line with its end, however many are kept. */
    private long length;

    private int kept;
    private boolean isFirst;

    private LineBytes(InputStream in, boolean isPlain, long offset, int maxBytes) {
        this.in = in;
        this.isPlain = isPlain;
        this.offset = offset;
        this.maxBytes = maxBytes;
        this.isFirst = offset == 0;
    }

    /**
     * The lines of an open file, which is closed with them.
     *
     * @param offset behind a line of a plain file, or 0
     */
    static LineBytes of(FileInput file, long offset, int maxBytes) throws IOException {
        if (offset > 0) {
            file.seek(offset);
            return new LineBytes(file, true, offset, maxBytes);
        }
        BufferedInputStream buffered = new BufferedInputStream(file);
        boolean isGzip = isGzip(buffered);
        return new LineBytes(
                isGzip ? new GzipCompressorInputStream(buffered, true) : buffered,
                !isGzip,
                0,
                maxBytes);
    }

    /**
     * Goes to the next line; false behind the last.
     *
     * @throws IOException if the compressed data is damaged or cut, or the file cannot be read
     */
    boolean next() throws IOException {
        kept = 0;
        length = 0;
        boolean isEnded = false;
        while (!isEnded && fill()) {
            int end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            isEnded = end < to;
            keep(end - from);
            length += end - from + (isEnded ? 1 : 0);
            from = isEnded ? end + 1 : end;
        }
        offset += length;
        cutMark();
        if (kept > 0 && line[kept - 1] == '\r') {
            kept--;
        }
        return length > 0;
    }

    /** Whether the current line has more bytes than allowed. */
    boolean isTooLong() {
        return kept > maxBytes;
    }

    /** The current line without its end; valid until the next. */
    ByteBuffer bytes() {
        return ByteBuffer.wrap(line, 0, kept);
    }

    /** Where the line behind the current begins, or that nobody can seek there. */
    long offset() {
        return isPlain ? offset : ReadPosition.UNKNOWN_OFFSET;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private boolean fill() throws IOException {
        if (from < to) {
            return true;
        }
        from = 0;
        to = in.read(buffer, 0, buffer.length);
        return to > 0;
    }

    /** Keeps a few bytes more than allowed: a mark and a carriage return make no line too long. */
    private void keep(int count) {
        int room = (int) Math.min(count, maxBytes + 5L - kept);
        if (kept + room > line.length) {
            line =
                    Arrays.copyOf(
                            line,
                            (int) Math.max(kept + room, Math.min(line.length * 2L, maxBytes + 5L)));
        }
        System.arraycopy(buffer, from, line, kept, room);
        kept += room;
    }

    /** A byte order mark in front of a file is no text (Unicode 15, 23.8). */
    private void cutMark() {
        if (isFirst && Arrays.equals(line, 0, Math.min(kept, 3), BYTE_ORDER_MARK, 0, 3)) {
            kept -= BYTE_ORDER_MARK.length;
            System.arraycopy(line, BYTE_ORDER_MARK.length, line, 0, kept);
        }
        isFirst = false;
    }

    private static boolean isGzip(BufferedInputStream in) throws IOException {
        in.mark(2);
        boolean isGzip = in.read() == 0x1f && in.read() == 0x8b; // RFC 1952, 2.3.1
        in.reset();
        return isGzip;
    }
}
