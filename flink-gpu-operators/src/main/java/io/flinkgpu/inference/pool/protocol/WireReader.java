package io.flinkgpu.inference.pool.protocol;

import com.google.protobuf.WireFormat;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.PooledBuffer;
import io.grpc.HasByteBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import javax.annotation.Nullable;

/**
 * Reads the fields of one protocol buffer message from a stream that ends with it.
 *
 * <p>Unlike protobuf's own reader it can put the bytes of a field straight into pooled memory. It
 * takes no more memory than twice what really came, whatever length a field claims. Groups, which
 * proto3 does not have, are refused. Single-threaded.
 */
final class WireReader {

    private static final int CHUNK = 64 << 10;
    private static final int MAX_VARINT_BYTES = 10;
    private static final int BITS = 7;
    private static final int MORE = 0x80;

    private final InputStream stream;
    private final DirectBufferPool pool;
    private final long maxBytes;
    private long left;
    @Nullable private byte[] chunk;

    /**
     * Reads from here to the stream's end.
     *
     * @param maxBytes of the message
     */
    WireReader(InputStream stream, DirectBufferPool pool, long maxBytes) {
        this.stream = stream;
        this.pool = pool;
        this.maxBytes = maxBytes;
        this.left = maxBytes;
    }

    /** The tag of the next field; 0 at the end. */
    int nextTag() throws IOException {
        int first = stream.read();
        if (first < 0) {
            return 0;
        }
        long tag = readVarint(first);
        if (tag >>> Integer.SIZE != 0 || WireFormat.getTagFieldNumber((int) tag) == 0) {
            throw new MalformedMessageException("Cannot read message: invalid tag " + tag + ".");
        }
        return (int) tag;
    }

    /** The bytes of a length-delimited field, on the heap. */
    byte[] readBytes() throws IOException {
        int length = readLength();
        byte[] bytes = stream.readNBytes(length);
        if (bytes.length < length) {
            throw cutOff(length, bytes.length);
        }
        return bytes;
    }

    /** The bytes of a length-delimited field, in pooled memory that the caller owns. */
    PooledBuffer readPooled() throws IOException {
        int length = readLength();
        // INVARIANT: what is available came; a compressed stream may have more, and grows into it.
        int certain = Math.min(length, Math.max(CHUNK, stream.available()));
        PooledBuffer pooled = PooledMemory.acquire(pool, certain);
        boolean complete = false;
        try {
            fill(pooled.buffer().limit(certain), length);
            while (pooled.buffer().position() < length) {
                pooled = PooledMemory.grow(pooled, pool, length);
                fill(pooled.buffer(), length);
            }
            pooled.buffer().flip();
            complete = true;
            return pooled;
        } finally {
            if (!complete) {
                pooled.release();
            }
        }
    }

    /** Passes over a field that nobody asked for. */
    void skip(int tag) throws IOException {
        switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> readVarint(stream.read());
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

    private void fill(ByteBuffer target, int length) throws IOException {
        while (target.hasRemaining()) {
            if (read(target) < 0) {
                throw cutOff(length, target.position());
            }
        }
    }

    /** Takes bytes from the stream's own memory where it shows that, else through a chunk. */
    private int read(ByteBuffer target) throws IOException {
        if (stream instanceof HasByteBuffer memory && memory.byteBufferSupported()) {
            ByteBuffer source = memory.getByteBuffer();
            return source == null ? -1 : take(source, target);
        }
        if (chunk == null) {
            chunk = new byte[CHUNK];
        }
        int count = stream.read(chunk, 0, Math.min(CHUNK, target.remaining()));
        if (count > 0) {
            target.put(chunk, 0, count);
        }
        return count;
    }

    private int take(ByteBuffer source, ByteBuffer target) throws IOException {
        int count = Math.min(source.remaining(), target.remaining());
        target.put(source.slice(source.position(), count));
        stream.skipNBytes(count);
        return count;
    }

    private int readLength() throws IOException {
        long length = readVarint(stream.read());
        if (length < 0 || length > Integer.MAX_VALUE) {
            throw new MalformedMessageException(
                    "Cannot read message: a field of %s bytes."
                            .formatted(Long.toUnsignedString(length)));
        }
        count(length);
        return (int) length;
    }

    private void skipBytes(int count) throws IOException {
        for (long skipped = 0; skipped < count; ) {
            long more = stream.skip(count - skipped);
            if (more <= 0 && stream.read() < 0) {
                throw cutOff(count, skipped);
            }
            skipped += Math.max(1, more);
        }
    }

    private long readVarint(int first) throws IOException {
        int next = first;
        long value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            if (next < 0) {
                throw new MalformedMessageException(
                        "Cannot read message: it ends in the middle of a number.");
            }
            count(1);
            value |= (long) (next & ~MORE) << (BITS * i);
            if (next < MORE) {
                return value;
            }
            next = stream.read();
        }
        throw new MalformedMessageException("Cannot read message: a number is too long.");
    }

    private void count(long bytes) throws MalformedMessageException {
        left -= bytes;
        if (left < 0) {
            throw new MalformedMessageException(
                    "Invalid message: more than %d bytes, which are the most.".formatted(maxBytes));
        }
    }

    private static MalformedMessageException cutOff(long expected, long actual) {
        return new MalformedMessageException(
                "Cannot read message: it ends after %d of a field's %d bytes."
                        .formatted(actual, expected));
    }
}
