package io.flinkgpu.inference.pool.protocol;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.PooledBuffer;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Name, type and shape of a tensor in a message, checked against the limits.
 *
 * @param shape known in all axes, the first of which is the batch
 */
record TensorHead(String name, DataType dataType, Shape shape) {

    private static final int MAX_AXES = 64;
    private static final int MAX_SHOWN = 100;

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
        DataType type =
                DataType.ofProtocolName(dataType).orElseThrow(() -> unknownType(name, dataType));
        return new TensorHead(name, type, shape(name, lengths, limits));
    }

    /**
     * The tensor with these bytes, which it takes over; they are released if this fails.
     *
     * @throws MalformedMessageException if they are not as many as the shape asks for, or a string
     *     is too long
     */
    Tensor withContent(PooledBuffer content, ProtocolLimits limits)
            throws MalformedMessageException {
        boolean fits = false;
        try {
            requireFits(content.buffer().duplicate().order(ByteOrder.LITTLE_ENDIAN), limits);
            fits = true;
        } finally {
            if (!fits) {
                content.release();
            }
        }
        return Tensor.owning(dataType, shape, content);
    }

    /**
     * Refuses a string beyond the limits.
     *
     * @throws MalformedMessageException if it is too long
     */
    void requireStringWithin(int length, ProtocolLimits limits) throws MalformedMessageException {
        if (length > limits.maxStringBytes()) {
            throw invalid(
                    "it has a string of %d bytes, and %d is the most"
                            .formatted(length, limits.maxStringBytes()));
        }
    }

    /** The name, not too long to be shown. */
    String shownName() {
        return abbreviated(name);
    }

    MalformedMessageException invalid(String reason) {
        return invalid(name, reason);
    }

    static MalformedMessageException invalid(String name, String reason) {
        String end = reason.endsWith(".") ? "" : ".";
        return new MalformedMessageException(
                "Invalid tensor '" + abbreviated(name) + "': " + reason + end);
    }

    /** What the sender chose must not blow up the answer. */
    static String abbreviated(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
    }

    private static MalformedMessageException unknownType(String name, String dataType) {
        return invalid(
                name,
                "its datatype is '%s', which must be one of %s"
                        .formatted(
                                abbreviated(dataType),
                                Arrays.stream(DataType.values())
                                        .map(DataType::protocolName)
                                        .sorted()
                                        .toList()));
    }

    private static Shape shape(String name, List<Long> lengths, ProtocolLimits limits)
            throws MalformedMessageException {
        long most = Math.min(limits.maxTensorElements(), Integer.MAX_VALUE);
        if (lengths.size() > MAX_AXES) {
            throw invalid(
                    name,
                    "its shape has %d axes, and %d is the most"
                            .formatted(lengths.size(), MAX_AXES));
        }
        if (lengths.isEmpty() || lengths.get(0) < 1) {
            throw invalid(
                    name,
                    "its shape is %s, and the first axis must be the batch, at least 1"
                            .formatted(lengths));
        }
        long elements = 1;
        for (long length : lengths) {
            if (length < 0 || length > most) {
                throw invalid(
                        name,
                        "its shape is %s, and an axis must be 0 to %d".formatted(lengths, most));
            }
            if (length > 0 && elements > most / length) {
                throw invalid(
                        name, "its shape %s has more than %d elements".formatted(lengths, most));
            }
            elements *= length;
        }
        return Shape.of(lengths.stream().mapToLong(Long::longValue).toArray());
    }

    private void requireFits(ByteBuffer content, ProtocolLimits limits)
            throws MalformedMessageException {
        if (dataType.isFixedSize()) {
            long expected = Math.multiplyExact(shape.elements(), dataType.byteSize());
            if (content.remaining() != expected) {
                throw invalid(
                        "%s %s takes %d bytes but %d came"
                                .formatted(
                                        dataType.protocolName(),
                                        shape,
                                        expected,
                                        content.remaining()));
            }
            return;
        }
        long count = 0;
        for (; content.hasRemaining(); count++) {
            skipString(content, count, limits);
        }
        if (count != shape.elements()) {
            throw invalid(
                    "BYTES %s takes %d elements but %d came"
                            .formatted(shape, shape.elements(), count));
        }
    }

    private void skipString(ByteBuffer content, long index, ProtocolLimits limits)
            throws MalformedMessageException {
        int length = content.remaining() < Integer.BYTES ? -1 : content.getInt();
        if (length < 0 || length > content.remaining()) {
            throw invalid(
                    "element %d has a length of %d where %d bytes are left. Send each element of BYTES as a length of 4 bytes, little-endian, and that many bytes"
                            .formatted(index, length, content.remaining()));
        }
        requireStringWithin(length, limits);
        content.position(content.position() + length);
    }
}
