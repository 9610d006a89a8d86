package io.flinkgpu.inference.pool.protocol;

import com.google.protobuf.WireFormat;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.PooledBuffer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Reads the fields of one protocol buffer message from a stream that holds it whole.
 *
 * <p>Unlike protobuf's own reader it can put the bytes of a field straight into pooled memory. A
 * length beyond the end of the stream is found before memory is taken for it. Single-threaded.
 */
final class WireReader {

    private static final int CHUNK = 64 << 10;
    private static final int MAX_VARINT_BYTES = 10;
    private static final int BITS = 7;
    private static final int MORE = 0x80;

    private final InputStream stream;
    private long left;

    /** Reads from here to the stream's end, which {@link InputStream#available()} tells. */
    WireReader(InputStream stream) throws IOException {
        this.stream = stream;
        this.left = stream.available();
    }

    /** The tag of the next field; 0 at the end. */
    int nextTag() throws IOException {
        if (left == 0) {
            return 0;
        }
        long tag = readVarint();
        if (tag != (int) tag || WireFormat.getTagFieldNumber((int) tag) == 0) {
            throw new MalformedMessageException("Cannot read message: invalid tag " + tag + ".");
        }
        return (int) tag;
    }

    /** The bytes of a length-delimited field, on the heap. */
    byte[] readBytes() throws IOException {
        int length = readLength();
        byte[] bytes = stream.readNBytes(length);
        requireAll(bytes.length, length);
        left -= length;
        return bytes;
    }

    /** The bytes of a length-delimited field, in pooled memory that the caller owns. */
    PooledBuffer readPooled(DirectBufferPool pool) throws IOException {
        int length = readLength();
        PooledBuffer pooled = pool.acquire(length);
        try {
            fill(pooled.buffer().limit(length));
            left -= length;
            return pooled;
        } catch (IOException | RuntimeException failure) {
            pooled.release();
            throw failure;
        }
    }

    /** Passes over a field that nobody asked for. */
    void skip(int tag) throws IOException {
        switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> readVarint();
            case WireFormat.WIRETYPE_FIXED32 -> skipBytes(Integer.BYTES);
            case WireFormat.WIRETYPE_FIXED64 -> skipBytes(Long.BYTES);
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> skipBytes(readLength());
            default ->
                    throw new MalformedMessageException(
                            "Cannot read message: field %d has wire type %d."
                                    .formatted(
                                            WireFormat.getTagFieldNumber(tag),
                                            WireFormat.getTagWireType(tag)));
        }
    }

    private void fill(ByteBuffer target) throws IOException {
        byte[] chunk = new byte[Math.min(CHUNK, Math.max(1, target.remaining()))];
        while (target.hasRemaining()) {
            int read = stream.read(chunk, 0, Math.min(chunk.length, target.remaining()));
            if (read < 0) {
                throw new EOFException("Cannot read message: it ends in the middle of a field.");
            }
            target.put(chunk, 0, read);
        }
        target.flip();
    }

    private int readLength() throws IOException {
        long length = readVarint();
        if (length < 0 || length > left) {
            throw new MalformedMessageException(
                    "Cannot read message: a field of %d bytes where %d are left."
                            .formatted(length, left));
        }
        return (int) length;
    }

    private void skipBytes(int count) throws IOException {
        if (count > left) {
            throw new MalformedMessageException(
                    "Cannot read message: it ends in the middle of a field.");
        }
        stream.skipNBytes(count);
        left -= count;
    }

    private long readVarint() throws IOException {
        long value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            int next = stream.read();
            if (next < 0) {
                throw new MalformedMessageException(
                        "Cannot read message: it ends in the middle of a number.");
            }
            left--;
            value |= (long) (next & ~MORE) << (BITS * i);
            if (next < MORE) {
                return value;
            }
        }
        throw new MalformedMessageException("Cannot read message: a number is too long.");
    }

    private static void requireAll(int read, int expected) throws IOException {
        if (read != expected) {
            throw new EOFException("Cannot read message: it ends in the middle of a field.");
        }
    }
}
