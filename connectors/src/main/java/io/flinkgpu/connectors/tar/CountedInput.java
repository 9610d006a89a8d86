package io.flinkgpu.connectors.tar;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The bytes of an archive, with the number of those that were taken. */
final class CountedInput extends FilterInputStream {

    private long position;

    /**
     * Counts on.
     *
     * @param position of the first byte of {@code in}
     */
    CountedInput(InputStream in, long position) {
        super(in);
        this.position = position;
    }

    long position() {
        return position;
    }

    @Override
    public int read() throws IOException {
        int octet = in.read();
        position += octet < 0 ? 0 : 1;
        return octet;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        int read = in.read(target, from, length);
        position += Math.max(0, read);
        return read;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = in.skip(count);
        position += skipped;
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
