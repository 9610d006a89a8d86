package io.flinkgpu.inference.pool.protocol;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.flinkgpu.inference.pool.protocol.grpc.InferTensorContents;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.PooledBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Turns the typed elements of a message into the bytes of a tensor.
 *
 * <p>Goes over them twice: counts them, then writes as many as the shape asks for into pooled
 * memory. Builds no objects on the way, whose memory would be several times the message's.
 */
final class TypedContents {

    private final TensorHead head;
    private final ProtocolLimits limits;
    private final int field;
    private final int wireType;
    private long count;
    private long stringBytes;

    private TypedContents(TensorHead head, ProtocolLimits limits, int field, int wireType) {
        this.head = head;
        this.limits = limits;
        this.field = field;
        this.wireType = wireType;
    }

    /**
     * Little-endian bytes of the elements that the tensor's type reads; the caller owns them.
     *
     * @param parts of the contents' message
     * @throws MalformedMessageException if the type has no typed form, elements of another type
     *     came, a number is out of range, or they are not as many as the shape asks for
     */
    static PooledBuffer decode(
            TensorHead head, List<ByteBuffer> parts, ProtocolLimits limits, DirectBufferPool pool)
            throws MalformedMessageException {
        TypedContents contents = new TypedContents(head, limits, field(head), wireType(head));
        try {
            return contents.decode(parts, pool);
        } catch (MalformedMessageException malformed) {
            throw malformed;
        } catch (IOException unreadable) {
            throw head.invalid("its contents cannot be read: " + unreadable.getMessage());
        }
    }

    private PooledBuffer decode(List<ByteBuffer> parts, DirectBufferPool pool) throws IOException {
        for (ByteBuffer part : parts) {
            forEach(open(part), this::count);
        }
        if (count != head.shape().elements()) {
            throw head.invalid(
                    "%s %s takes %d elements but %d came"
                            .formatted(
                                    head.dataType().protocolName(),
                                    head.shape(),
                                    head.shape().elements(),
                                    count));
        }
        long bytes =
                head.dataType().isFixedSize()
                        ? Math.multiplyExact(count, head.dataType().byteSize())
                        : Math.addExact(stringBytes, count * Integer.BYTES);
        PooledBuffer pooled = PooledMemory.acquire(pool, bytes);
        boolean written = false;
        try {
            for (ByteBuffer part : parts) {
                forEach(open(part), in -> copy(in, pooled.buffer()));
            }
            pooled.buffer().flip();
            written = true;
            return pooled;
        } finally {
            if (!written) {
                pooled.release();
            }
        }
    }

    private void forEach(CodedInputStream in, Element element) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int number = WireFormat.getTagFieldNumber(tag);
            int type = WireFormat.getTagWireType(tag);
            if (number == field && type == wireType) {
                element.visit(in);
            } else if (number == field && type == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                int end = in.pushLimit(in.readRawVarint32());
                while (!in.isAtEnd()) {
                    element.visit(in);
                }
                in.popLimit(end);
            } else if (!in.skipField(tag)) {
                throw new InvalidProtocolBufferException("a group ends that did not start");
            } else if (number <= InferTensorContents.BYTES_CONTENTS_FIELD_NUMBER) {
                throw head.invalid(
                        "%s takes %s but %s came"
                                .formatted(
                                        head.dataType().protocolName(), name(field), name(number)));
            }
        }
    }

    private void count(CodedInputStream in) throws IOException {
        count++;
        switch (wireType) {
            case WireFormat.WIRETYPE_VARINT -> in.readRawVarint64();
            case WireFormat.WIRETYPE_FIXED32 -> in.readRawLittleEndian32();
            case WireFormat.WIRETYPE_FIXED64 -> in.readRawLittleEndian64();
            default -> {
                int length = in.readRawVarint32();
                head.requireStringWithin(length, limits);
                in.skipRawBytes(length);
                stringBytes += length;
            }
        }
    }

    private void copy(CodedInputStream in, ByteBuffer target) throws IOException {
        switch (head.dataType()) {
            case BOOL -> target.put((byte) (in.readBool() ? 1 : 0));
            case INT8, INT16, INT32 -> Elements.putSigned(target, head, in.readInt32());
            case UINT8, UINT16, UINT32 ->
                    Elements.putUnsigned(target, head, Integer.toUnsignedLong(in.readUInt32()));
            case INT64 -> target.putLong(in.readInt64());
            case UINT64 -> target.putLong(in.readUInt64());
            case FLOAT32 -> target.putInt(in.readRawLittleEndian32());
            case FLOAT64 -> target.putLong(in.readRawLittleEndian64());
            default -> {
                byte[] string = in.readByteArray();
                target.putInt(string.length).put(string);
            }
        }
    }

    private static CodedInputStream open(ByteBuffer part) {
        return CodedInputStream.newInstance(
                part.array(), part.arrayOffset() + part.position(), part.remaining());
    }

    private static int field(TensorHead head) throws MalformedMessageException {
        return switch (head.dataType()) {
            case BOOL -> InferTensorContents.BOOL_CONTENTS_FIELD_NUMBER;
            case INT8, INT16, INT32 -> InferTensorContents.INT_CONTENTS_FIELD_NUMBER;
            case INT64 -> InferTensorContents.INT64_CONTENTS_FIELD_NUMBER;
            case UINT8, UINT16, UINT32 -> InferTensorContents.UINT_CONTENTS_FIELD_NUMBER;
            case UINT64 -> InferTensorContents.UINT64_CONTENTS_FIELD_NUMBER;
            case FLOAT32 -> InferTensorContents.FP32_CONTENTS_FIELD_NUMBER;
            case FLOAT64 -> InferTensorContents.FP64_CONTENTS_FIELD_NUMBER;
            case BYTES -> InferTensorContents.BYTES_CONTENTS_FIELD_NUMBER;
            case FLOAT16, BFLOAT16 ->
                    throw head.invalid(
                            "type %s has no typed contents: send raw ones"
                                    .formatted(head.dataType().protocolName()));
        };
    }

    private static int wireType(TensorHead head) {
        return switch (head.dataType()) {
            case FLOAT32 -> WireFormat.WIRETYPE_FIXED32;
            case FLOAT64 -> WireFormat.WIRETYPE_FIXED64;
            case BYTES -> WireFormat.WIRETYPE_LENGTH_DELIMITED;
            default -> WireFormat.WIRETYPE_VARINT;
        };
    }

    private static String name(int field) {
        return InferTensorContents.getDescriptor().findFieldByNumber(field).getName();
    }

    /** Takes one element from the stream. */
    private interface Element {
        void visit(CodedInputStream in) throws IOException;
    }
}
