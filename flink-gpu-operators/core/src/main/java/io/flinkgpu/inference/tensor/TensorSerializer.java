package io.flinkgpu.inference.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Serialises a {@link Tensor} with one bulk copy of its bytes.
 *
 * <p>Layout: type (1 byte, its code), rank (1 byte), axis lengths (8 bytes each), number of bytes
 * (4), the bytes. Numbers of the header are big-endian, as Flink writes them, the content is
 * little-endian. Deserialised tensors live on the heap and need no close.
 */
@Internal
public final class TensorSerializer extends TypeSerializerSingleton<Tensor> {

    private static final long serialVersionUID = 1L;

    public static final TensorSerializer INSTANCE = new TensorSerializer();

    private static final int COPY_CHUNK_BYTES = 1 << 16;

    @Override
    public void serialize(Tensor tensor, DataOutputView target) throws IOException {
        Shape shape = tensor.shape();
        target.writeByte(tensor.dataType().code());
        target.writeByte(shape.rank());
        for (int axis = 0; axis < shape.rank(); axis++) {
            target.writeLong(shape.length(axis));
        }
        target.writeInt(tensor.byteSize());
        writeContent(tensor.content(), target);
    }

    @Override
    public Tensor deserialize(DataInputView source) throws IOException {
        DataType dataType = DataType.ofCode(source.readByte());
        long[] lengths = new long[source.readUnsignedByte()];
        for (int axis = 0; axis < lengths.length; axis++) {
            lengths[axis] = source.readLong();
        }
        byte[] content = new byte[source.readInt()];
        source.readFully(content);
        return Tensor.wrap(dataType, Shape.of(lengths), ByteBuffer.wrap(content));
    }

    @Override
    public Tensor deserialize(Tensor reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        target.writeByte(source.readByte());
        int rank = source.readUnsignedByte();
        target.writeByte(rank);
        copyBytes(source, target, rank * Long.BYTES);
        int bytes = source.readInt();
        target.writeInt(bytes);
        copyBytes(source, target, bytes);
    }

    @Override
    public Tensor copy(Tensor from) {
        return Tensor.heapCopyOf(from);
    }

    @Override
    public Tensor copy(Tensor from, Tensor reuse) {
        return copy(from);
    }

    @Override
    public Tensor createInstance() {
        return Tensor.ofFloats(Shape.of(0));
    }

    /** A tensor's content cannot change, but its memory may be given back to a pool. */
    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public TypeSerializerSnapshot<Tensor> snapshotConfiguration() {
        return new TensorSerializerSnapshot();
    }

    private static void writeContent(ByteBuffer content, DataOutputView target) throws IOException {
        if (content.hasArray()) {
            target.write(
                    content.array(),
                    content.arrayOffset() + content.position(),
                    content.remaining());
            return;
        }
        byte[] chunk = new byte[Math.min(COPY_CHUNK_BYTES, content.remaining())];
        while (content.hasRemaining()) {
            int length = Math.min(chunk.length, content.remaining());
            content.get(chunk, 0, length);
            target.write(chunk, 0, length);
        }
    }

    /** As {@code target.write(source, count)}, for which DataOutputSerializer does not grow. */
    private static void copyBytes(DataInputView source, DataOutputView target, int count)
            throws IOException {
        byte[] chunk = new byte[Math.min(COPY_CHUNK_BYTES, count)];
        for (int left = count; left > 0; left -= chunk.length) {
            int length = Math.min(chunk.length, left);
            source.readFully(chunk, 0, length);
            target.write(chunk, 0, length);
        }
    }

    /** The format has had one version so far. */
    public static final class TensorSerializerSnapshot
            extends SimpleTypeSerializerSnapshot<Tensor> {
        public TensorSerializerSnapshot() {
            super(() -> INSTANCE);
        }
    }
}
