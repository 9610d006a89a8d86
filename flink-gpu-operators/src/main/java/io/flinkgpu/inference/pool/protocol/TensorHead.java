package io.flinkgpu.inference.pool.protocol;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.PooledBuffer;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.flinkgpu.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Name, type and shape of a tensor in a message, checked against the limits.
 *
 * @param shape known in all axes, the first of which is the batch
 */
record TensorHead(String name, DataType dataType, Shape shape) {

    private static final int MAX_AXES = 255;
    private static final int MAX_SHOWN = 100;

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
                            .formatted(
                                    abbreviated(dataType),
                                    TYPES.keySet().stream().sorted().toList()));
        }
        return new TensorHead(name, type, shape(name, lengths, limits));
    }

    /**
     * The tensor with these bytes, which it takes over; they are released if this fails.
     *
     * @throws MalformedMessageException if they are not as many as the shape asks for
     */
    Tensor withContent(PooledBuffer content, ProtocolLimits limits)
            throws MalformedMessageException {
        boolean within = false;
        try {
            requireStringsWithin(content.buffer().duplicate(), limits);
            within = true;
        } finally {
            if (!within) {
                content.release();
            }
        }
        try {
            return Tensor.owning(dataType, shape, content);
        } catch (ShapeMismatchException | ArithmeticException mismatch) {
            throw invalid(name, mismatch.getMessage());
        }
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
    private static String abbreviated(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
    }

    private static Shape shape(String name, List<Long> lengths, ProtocolLimits limits)
            throws MalformedMessageException {
        if (lengths.size() > MAX_AXES) {
            throw invalid(
                    name,
                    "its shape has %d axes, and %d are the most"
                            .formatted(lengths.size(), MAX_AXES));
        }
        long most = Math.min(limits.maxTensorElements(), Integer.MAX_VALUE);
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
            elements *= length;
            if (elements > most) {
                throw invalid(
                        name, "its shape %s has more than %d elements".formatted(lengths, most));
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
