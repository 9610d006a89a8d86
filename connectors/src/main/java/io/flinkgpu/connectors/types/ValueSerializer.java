package io.flinkgpu.connectors.types;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Serializer of a value of variable length that is never changed in place: it leaves {@code
 * serialize}, {@code deserialize}, {@code copy} and the snapshot to its subclass.
 *
 * <p>Stateless, hence shared among threads.
 */
@Internal
public abstract class ValueSerializer<T> extends TypeSerializerSingleton<T> {

    private static final int BUFFER_BYTES = 4096;
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int CHUNK_FLOATS = CHUNK_BYTES / Float.BYTES;
    private static final int CHUNK_LONGS = CHUNK_BYTES / Long.BYTES;

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public T copy(T from, T reuse) {
        return copy(from);
    }

    @Override
    public T deserialize(T reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    /** Writes a byte array with its length. */
    protected static void writeBytes(byte[] bytes, DataOutputView target) throws IOException {
        target.writeInt(bytes.length);
        target.write(bytes);
    }

    /** Reads what {@link #writeBytes} wrote. */
    protected static byte[] readBytes(DataInputView source) throws IOException {
        byte[] bytes = new byte[source.readInt()];
        source.readFully(bytes);
        return bytes;
    }

    /** Copies {@code length} bytes from view to view through a small buffer. */
    protected static void copyBytes(long length, DataInputView source, DataOutputView target)
            throws IOException {
        byte[] buffer = new byte[(int) Math.min(length, BUFFER_BYTES)];
        for (long left = length; left > 0; ) {
            int read = source.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException("Cannot copy a record: " + left + " bytes are missing.");
            }
            target.write(buffer, 0, read);
            left -= read;
        }
    }

    /** Writes little-endian float32 without a length, in chunks of 64 KiB, each one bulk copy. */
    protected static void writeFloats(float[] values, DataOutputView target) throws IOException {
        byte[] chunk = new byte[Math.min(values.length, CHUNK_FLOATS) * Float.BYTES];
        FloatBuffer floats = littleEndian(chunk).asFloatBuffer();
        for (int from = 0; from < values.length; from += CHUNK_FLOATS) {
            int count = Math.min(CHUNK_FLOATS, values.length - from);
            floats.put(0, values, from, count);
            target.write(chunk, 0, count * Float.BYTES);
        }
    }

    /** Reads what {@link #writeFloats} wrote. */
    protected static float[] readFloats(int length, DataInputView source) throws IOException {
        float[] values = new float[length];
        byte[] chunk = new byte[Math.min(length, CHUNK_FLOATS) * Float.BYTES];
        FloatBuffer floats = littleEndian(chunk).asFloatBuffer();
        for (int from = 0; from < length; from += CHUNK_FLOATS) {
            int count = Math.min(CHUNK_FLOATS, length - from);
            source.readFully(chunk, 0, count * Float.BYTES);
            floats.get(0, values, from, count);
        }
        return values;
    }

    /** Writes little-endian int64 without a length, in chunks of 64 KiB, each one bulk copy. */
    protected static void writeLongs(long[] values, DataOutputView target) throws IOException {
        byte[] chunk = new byte[Math.min(values.length, CHUNK_LONGS) * Long.BYTES];
        LongBuffer longs = littleEndian(chunk).asLongBuffer();
        for (int from = 0; from < values.length; from += CHUNK_LONGS) {
            int count = Math.min(CHUNK_LONGS, values.length - from);
            longs.put(0, values, from, count);
            target.write(chunk, 0, count * Long.BYTES);
        }
    }

    /** Reads what {@link #writeLongs} wrote. */
    protected static long[] readLongs(int length, DataInputView source) throws IOException {
        long[] values = new long[length];
        byte[] chunk = new byte[Math.min(length, CHUNK_LONGS) * Long.BYTES];
        LongBuffer longs = littleEndian(chunk).asLongBuffer();
        for (int from = 0; from < length; from += CHUNK_LONGS) {
            int count = Math.min(CHUNK_LONGS, length - from);
            source.readFully(chunk, 0, count * Long.BYTES);
            longs.get(0, values, from, count);
        }
        return values;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
