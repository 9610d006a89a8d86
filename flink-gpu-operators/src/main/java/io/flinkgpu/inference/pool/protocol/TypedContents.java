package io.flinkgpu.inference.pool.protocol;

import com.google.protobuf.ByteString;
import io.flinkgpu.inference.pool.protocol.grpc.InferTensorContents;
import io.flinkgpu.inference.tensor.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Turns the typed elements of a message into the bytes of a tensor. */
final class TypedContents {

    private TypedContents() {}

    /**
     * Little-endian bytes of the elements that the tensor's type reads.
     *
     * @throws MalformedMessageException if the type has no typed form, or a number is out of its
     *     range
     */
    static ByteBuffer encode(TensorHead head, InferTensorContents contents)
            throws MalformedMessageException {
        return switch (head.dataType()) {
            case BOOL -> booleans(contents);
            case INT8, INT16, INT32 -> signed(head, contents);
            case UINT8, UINT16, UINT32 -> unsigned(head, contents);
            case INT64 -> longs(contents.getInt64ContentsList());
            case UINT64 -> longs(contents.getUint64ContentsList());
            case FLOAT32 -> floats(contents);
            case FLOAT64 -> doubles(contents);
            case BYTES -> strings(contents);
            case FLOAT16, BFLOAT16 ->
                    throw head.invalid(
                            "type %s has no typed contents: send raw ones"
                                    .formatted(head.dataType().protocolName()));
        };
    }

    private static ByteBuffer booleans(InferTensorContents contents) {
        ByteBuffer bytes = allocate(contents.getBoolContentsCount());
        contents.getBoolContentsList().forEach(value -> bytes.put((byte) (value ? 1 : 0)));
        return bytes.flip();
    }

    private static ByteBuffer signed(TensorHead head, InferTensorContents contents)
            throws MalformedMessageException {
        int size = head.dataType().byteSize();
        ByteBuffer bytes = allocate((long) contents.getIntContentsCount() * size);
        for (int i = 0; i < contents.getIntContentsCount(); i++) {
            int value = contents.getIntContents(i);
            int unusedBits = Integer.SIZE - Byte.SIZE * size;
            if (value << unusedBits >> unusedBits != value) {
                throw outOfRange(head, Integer.toString(value));
            }
            put(bytes, head.dataType(), value);
        }
        return bytes.flip();
    }

    private static ByteBuffer unsigned(TensorHead head, InferTensorContents contents)
            throws MalformedMessageException {
        int size = head.dataType().byteSize();
        ByteBuffer bytes = allocate((long) contents.getUintContentsCount() * size);
        for (int i = 0; i < contents.getUintContentsCount(); i++) {
            int value = contents.getUintContents(i);
            if (size < Integer.BYTES && value >>> (Byte.SIZE * size) != 0) {
                throw outOfRange(head, Integer.toUnsignedString(value));
            }
            put(bytes, head.dataType(), value);
        }
        return bytes.flip();
    }

    private static void put(ByteBuffer bytes, DataType type, int value) {
        switch (type.byteSize()) {
            case Byte.BYTES -> bytes.put((byte) value);
            case Short.BYTES -> bytes.putShort((short) value);
            default -> bytes.putInt(value);
        }
    }

    private static ByteBuffer longs(List<Long> values) {
        ByteBuffer bytes = allocate((long) values.size() * Long.BYTES);
        values.forEach(bytes::putLong);
        return bytes.flip();
    }

    private static ByteBuffer floats(InferTensorContents contents) {
        ByteBuffer bytes = allocate((long) contents.getFp32ContentsCount() * Float.BYTES);
        contents.getFp32ContentsList().forEach(bytes::putFloat);
        return bytes.flip();
    }

    private static ByteBuffer doubles(InferTensorContents contents) {
        ByteBuffer bytes = allocate((long) contents.getFp64ContentsCount() * Double.BYTES);
        contents.getFp64ContentsList().forEach(bytes::putDouble);
        return bytes.flip();
    }

    private static ByteBuffer strings(InferTensorContents contents) {
        long size = 0;
        for (ByteString value : contents.getBytesContentsList()) {
            size += Integer.BYTES + (long) value.size();
        }
        ByteBuffer bytes = allocate(size);
        for (ByteString value : contents.getBytesContentsList()) {
            bytes.putInt(value.size());
            value.copyTo(bytes);
        }
        return bytes.flip();
    }

    private static ByteBuffer allocate(long size) {
        return ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static MalformedMessageException outOfRange(TensorHead head, String value) {
        return head.invalid(
                "element %s is out of the range of %s"
                        .formatted(value, head.dataType().protocolName()));
    }
}
