package io.flinkgpu.inference.pool.protocol;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** A stream that does not tell its length, as of a compressed message. */
final class TricklingStream extends InputStream {
    private final ByteArrayInputStream source;
    private final int most;

    TricklingStream(byte[] content, int most) {
        this.source = new ByteArrayInputStream(content);
        this.most = most;
    }

    @Override
    public int read() {
        return source.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        return source.read(target, offset, Math.min(most, length));
    }

    @Override
    public long skip(long count) {
        return source.skip(Math.min(1, count));
    }
}
