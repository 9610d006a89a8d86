package io.flinkgpu.inference.pool.protocol;

import com.google.protobuf.ByteString;
import io.flinkgpu.inference.pool.protocol.grpc.InferTensorContents;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.PooledBuffer;
import java.nio.ByteBuffer;

/** Turns the typed elements of a message into the bytes of a tensor. */
final class TypedContents {

    private TypedContents() {}

    /**
     * The elements that the tensor's type reads, in memory that the caller owns.
     *
     * @throws MalformedMessageException if the type has no typed form, the elements are not as many
     *     as the shape asks for, or a number is out of range
     */
    static PooledBuffer encode(TensorHead head, InferTensorContents contents, DirectBufferPool pool)
            throws MalformedMessageException {
        int count = count(head, contents);
        if (count != head.shape().elements()) {
            throw head.invalid(
                    "%s %s takes %d elements but %d came"
                            .formatted(
                                    head.dataType().protocolName(),
                                    head.shape(),
                                    head.shape().elements(),
                                    count));
        }
        PooledBuffer pooled = PooledMemory.acquire(pool, byteSize(head, contents, count));
        boolean complete = false;
        try {
            put(head, contents, count, pooled.buffer());
            pooled.buffer().flip();
            complete = true;
            return pooled;
        } finally {
            if (!complete) {
                pooled.release();
            }
        }
    }

    private static int count(TensorHead head, InferTensorContents contents)
            throws MalformedMessageException {
        return switch (head.dataType()) {
            case BOOL -> contents.getBoolContentsCount();
            case INT8, INT16, INT32 -> contents.getIntContentsCount();
            case UINT8, UINT16, UINT32 -> contents.getUintContentsCount();
            case INT64 -> contents.getInt64ContentsCount();
            case UINT64 -> contents.getUint64ContentsCount();
            case FLOAT32 -> contents.getFp32ContentsCount();
            case FLOAT64 -> contents.getFp64ContentsCount();
            case BYTES -> contents.getBytesContentsCount();
            case FLOAT16, BFLOAT16 ->
                    throw head.invalid(
                            "type %s has no typed contents: send raw ones"
                                    .formatted(head.dataType().protocolName()));
        };
    }

    private static long byteSize(TensorHead head, InferTensorContents contents, int count) {
        if (head.dataType().isFixedSize()) {
            return (long) count * head.dataType().byteSize();
        }
        long size = (long) count * Integer.BYTES;
        for (ByteString value : contents.getBytesContentsList()) {
            size += value.size();
        }
        return size;
    }

    private static void put(
            TensorHead head, InferTensorContents contents, int count, ByteBuffer target)
            throws MalformedMessageException {
        for (int i = 0; i < count; i++) {
            switch (head.dataType()) {
                case BOOL -> target.put((byte) (contents.getBoolContents(i) ? 1 : 0));
                case INT8, INT16, INT32 ->
                        Elements.putSigned(target, head, contents.getIntContents(i));
                case UINT8, UINT16, UINT32 ->
                        Elements.putUnsigned(
                                target, head, Integer.toUnsignedLong(contents.getUintContents(i)));
                case INT64 -> target.putLong(contents.getInt64Contents(i));
                case UINT64 -> target.putLong(contents.getUint64Contents(i));
                case FLOAT32 -> target.putFloat(contents.getFp32Contents(i));
                case FLOAT64 -> target.putDouble(contents.getFp64Contents(i));
                default -> {
                    ByteString value = contents.getBytesContents(i);
                    value.copyTo(target.putInt(value.size()));
                }
            }
        }
    }
}
