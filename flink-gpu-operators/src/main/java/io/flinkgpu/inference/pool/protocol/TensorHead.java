package io.flinkgpu.inference.pool.protocol;

import io.flinkgpu.inference.pool.protocol.grpc.InferTensorContents;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.PooledBuffer;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.annotation.Nullable;

/**
 * Name, type and shape of a tensor in a message, checked against the limits.
 *
 * @param shape known in all axes, the first of which is the batch
 */
record TensorHead(String name, DataType dataType, Shape shape) {

    private static final Map<String, DataType> TYPES =
            Arrays.stream(DataType.values())
                    .collect(Collectors.toMap(DataType::protocolName, Function.identity()));

    /**
     * Reads the parts.
     *
     * @throws MalformedMessageException if one is missing, unknown or beyond the limits
     */
    static TensorHead of(String name, String dataType, List<Long> lengths, ProtocolLimits limits)
            throws MalformedMessageException {
        if (name.isEmpty()) {
            throw new MalformedMessageException("Invalid tensor: it has no name.");
        }
        DataType type = TYPES.get(dataType);
        if (type == null) {
            throw invalid(
                    name,
                    "its datatype is '%s', which must be one of %s"
                            .formatted(dataType, TYPES.keySet().stream().sorted().toList()));
        }
        return new TensorHead(name, type, shape(name, lengths, limits));
    }

    /**
     * The tensor with these bytes, which it takes over; they are released if this fails.
     *
     * @throws MalformedMessageException if they are not as many as the shape asks for
     */
    Tensor withRaw(PooledBuffer content, ProtocolLimits limits) throws MalformedMessageException {
        try {
            requireStringsWithin(content.buffer().duplicate(), limits);
        } catch (MalformedMessageException tooLong) {
            content.release();
            throw tooLong;
        }
        try {
            return Tensor.owning(dataType, shape, content);
        } catch (RuntimeException mismatch) {
            throw invalid(name, mismatch.getMessage());
        }
    }

    /**
     * The tensor with typed elements.
     *
     * @throws MalformedMessageException if they are of another type, or not as many as the shape
     *     asks for
     */
    Tensor withTyped(@Nullable InferTensorContents contents, ProtocolLimits limits)
            throws MalformedMessageException {
        InferTensorContents elements =
                contents == null ? InferTensorContents.getDefaultInstance() : contents;
        return withContent(TypedContents.encode(this, elements), limits);
    }

    /**
     * The tensor with these bytes on the heap.
     *
     * @throws MalformedMessageException if they are not as many as the shape asks for
     */
    Tensor withContent(ByteBuffer content, ProtocolLimits limits) throws MalformedMessageException {
        requireStringsWithin(content.duplicate(), limits);
        try {
            return Tensor.wrap(dataType, shape, content);
        } catch (RuntimeException mismatch) {
            throw invalid(name, mismatch.getMessage());
        }
    }

    MalformedMessageException invalid(String reason) {
        return invalid(name, reason);
    }

    static MalformedMessageException invalid(String name, String reason) {
        String end = reason.endsWith(".") ? "" : ".";
        return new MalformedMessageException("Invalid tensor '" + name + "': " + reason + end);
    }

    private static Shape shape(String name, List<Long> lengths, ProtocolLimits limits)
            throws MalformedMessageException {
        if (lengths.isEmpty() || lengths.get(0) < 1) {
            throw invalid(
                    name,
                    "its shape is %s, and the first axis must be the batch, at least 1"
                            .formatted(lengths));
        }
        long elements = 1;
        for (long length : lengths) {
            if (length < 0 || length > limits.maxTensorElements()) {
                throw invalid(
                        name,
                        "its shape is %s, and an axis must be 0 to %d"
                                .formatted(lengths, limits.maxTensorElements()));
            }
            elements *= length;
            if (elements > limits.maxTensorElements()) {
                throw invalid(
                        name,
                        "its shape %s has more than %d elements"
                                .formatted(lengths, limits.maxTensorElements()));
            }
        }
        return Shape.of(lengths.stream().mapToLong(Long::longValue).toArray());
    }

    /** Only lengths are looked at here; that they fit is for the tensor to check. */
    private void requireStringsWithin(ByteBuffer content, ProtocolLimits limits)
            throws MalformedMessageException {
        if (dataType.isFixedSize()) {
            return;
        }
        content.order(ByteOrder.LITTLE_ENDIAN);
        while (content.remaining() >= Integer.BYTES) {
            int length = content.getInt();
            if (length < 0 || length > content.remaining()) {
                throw invalid(
                        "it has a string of %d bytes where %d are left"
                                .formatted(length, content.remaining()));
            }
            if (length > limits.maxStringBytes()) {
                throw invalid(
                        "it has a string of %d bytes, and %d is the most"
                                .formatted(length, limits.maxStringBytes()));
            }
            content.position(content.position() + length);
        }
    }
}
