package io.flinkgpu.connectors.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/** An image stream over bytes in memory, which ImageIO's own would copy into a cache first. */
final class ByteArrayImageInputStream extends ImageInputStreamImpl {

    private final byte[] content;

    ByteArrayImageInputStream(byte[] content) {
        this.content = content;
    }

    @Override
    public int read() throws IOException {
        checkClosed();
        bitOffset = 0;
        return streamPos < content.length ? content[(int) streamPos++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        checkClosed();
        bitOffset = 0;
        int count = (int) Math.min(length, content.length - streamPos);
        if (count <= 0) {
            return length == 0 ? 0 : -1;
        }
        System.arraycopy(content, (int) streamPos, target, offset, count);
        streamPos += count;
        return count;
    }

    @Override
    public long length() {
        return content.length;
    }
}
