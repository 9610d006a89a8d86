package io.flinkgpu.connectors.types;

import java.io.EOFException;
import java.io.IOException;
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
}
