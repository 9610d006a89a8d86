package io.flinkgpu.inference.pool.protocol;

import com.google.protobuf.WireFormat;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.PooledBuffer;
import io.grpc.HasByteBuffer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import javax.annotation.Nullable;

/**
 * Reads the fields of one protocol buffer message from a stream that ends with it.
 *
 * <p>Unlike protobuf's own reader it can put the bytes of a field straight into pooled memory. It
 * never takes more memory than the stream has bytes, also where the stream does not know how many
 * it has, as one that decompresses. Single-threaded.
 */
final class WireReader {

    private static final int CHUNK = 64 << 10;
    private static final int MAX_VARINT_BYTES = 10;
    private static final int BITS = 7;
    private static final int MORE = 0x80;
    private static final int MAX_GROUP_DEPTH = 100;

    private final InputStream stream;
    private final long maxBytes;
    private long left;
    @Nullable private byte[] chunk;

    /**
     * Reads from here to the stream's end.
     *
     * @param maxBytes of the message
     */
    WireReader(InputStream stream, long maxBytes) {
        this.stream = stream;
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

    /**
     * The bytes of a length-delimited field, on the heap.
     *
     * @param most how many there may be
     */
    byte[] readBytes(long most) throws IOException {
        int length = readLength();
        if (length > most) {
            throw new MalformedMessageException(
                    "Cannot read message: a field of %d bytes where %d are the most."
                            .formatted(length, most));
        }
        return readExactly(length);
    }

    /** The bytes of a length-delimited field, in pooled memory that the caller owns. */
    PooledBuffer readPooled(DirectBufferPool pool) throws IOException {
        int length = readLength();
        // INVARIANT: memory of a length that was only claimed is not taken
        byte[] unvouched = length > stream.available() ? readExactly(length) : null;
        PooledBuffer pooled = PooledMemory.acquire(pool, length);
        boolean filled = false;
        try {
            if (unvouched == null) {
                fill(pooled.buffer().limit(length));
            } else {
                pooled.buffer().put(unvouched).flip();
            }
            filled = true;
            return pooled;
        } finally {
            if (!filled) {
                pooled.release();
            }
        }
    }

    /** Passes over a field that nobody asked for. */
    void skip(int tag) throws IOException {
        skip(tag, 0);
    }

    private void skip(int tag, int depth) throws IOException {
        switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> readVarint(stream.read());
            case WireFormat.WIRETYPE_FIXED32 -> skipFixed(Integer.BYTES);
            case WireFormat.WIRETYPE_FIXED64 -> skipFixed(Long.BYTES);
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> skipBytes(readLength());
            case WireFormat.WIRETYPE_START_GROUP -> skipGroup(tag, depth + 1);
            default ->
                    throw new MalformedMessageException(
                            "Cannot read message: field %d has wire type %d."
                                    .formatted(
                                            WireFormat.getTagFieldNumber(tag),
                                            WireFormat.getTagWireType(tag)));
        }
    }

    private void skipGroup(int start, int depth) throws IOException {
        if (depth > MAX_GROUP_DEPTH) {
            throw new MalformedMessageException(
                    "Cannot read message: groups nest deeper than " + MAX_GROUP_DEPTH + ".");
        }
        // INVARIANT: the tags of a group's two ends differ in the wire type, START + 1 == END
        for (int tag = nextTag(); tag != start + 1; tag = nextTag()) {
            if (tag == 0) {
                throw endsInside("group");
            }
            skip(tag, depth);
        }
    }

    private byte[] readExactly(int length) throws IOException {
        byte[] bytes = stream.readNBytes(length);
        if (bytes.length != length) {
            throw endsInside("field");
        }
        return bytes;
    }

    private void fill(ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            if (read(target) < 0) {
                throw endsInside("field");
            }
        }
        target.flip();
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
        if (length < 0 || length > Math.min(left, Integer.MAX_VALUE)) {
            throw new MalformedMessageException(
                    "Cannot read message: a field of %s bytes in a message of at most %d."
                            .formatted(Long.toUnsignedString(length), maxBytes));
        }
        left -= length;
        return (int) length;
    }

    private void skipFixed(int count) throws IOException {
        count(count);
        skipBytes(count);
    }

    private void skipBytes(int count) throws IOException {
        try {
            stream.skipNBytes(count);
        } catch (EOFException end) {
            throw endsInside("field");
        }
    }

    private long readVarint(int first) throws IOException {
        int next = first;
        long value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            if (next < 0) {
                throw endsInside("number");
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

    private static MalformedMessageException endsInside(String part) {
        return new MalformedMessageException(
                "Cannot read message: it ends in the middle of a " + part + ".");
    }
}
