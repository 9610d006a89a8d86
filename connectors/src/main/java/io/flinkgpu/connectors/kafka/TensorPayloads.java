package io.flinkgpu.connectors.kafka;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.flinkgpu.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Tensors as values of records.
 *
 * <p>A value is the tensor's raw content as the Open Inference Protocol v2 lays it out: row-major
 * and little-endian, each element of type {@code BYTES} behind its length (uint32). The header
 * {@value #DATATYPE} holds the protocol's name of the type, such as {@code FP32}, and {@value
 * #SHAPE} the lengths of the axes, outermost first, such as {@code 28,28,1}; it is empty for a
 * scalar. The header {@code content-type} is {@value #CONTENT_TYPE}.
 */
@PublicEvolving
public final class TensorPayloads {

    /** The content type of a value that is a tensor. */
    public static final String CONTENT_TYPE = "application/vnd.open-inference.tensor";

    /** The header with the type of the elements. */
    public static final String DATATYPE = "tensor-datatype";

    /** The header with the lengths of the axes. */
    public static final String SHAPE = "tensor-shape";

    private static final String SEPARATOR = ",";

    private TensorPayloads() {}

    /**
     * The tensor of a record, which shares the record's bytes. A {@link PayloadDecoder}: {@code new
     * PayloadDecodeFunction<>(TensorPayloads::decode, ValueTypeInfo.ofTensor())}.
     *
     * @throws IllegalArgumentException if the record has no value, or a header is missing or wrong
     * @throws ShapeMismatchException if the bytes are not as many as type and shape ask for
     */
    public static Tensor decode(KafkaPayload payload) {
        if (payload.value() == null) {
            throw new IllegalArgumentException(
                    "Cannot decode the tensor of %s: the record has no value."
                            .formatted(payload.position()));
        }
        return Tensor.wrap(dataType(payload), shape(payload), ByteBuffer.wrap(payload.value()));
    }

    /** Writes a tensor as a record's value, type and shape. */
    static void write(Tensor tensor, KafkaRecordFields target) {
        byte[] content = new byte[tensor.byteSize()];
        tensor.data().get(content);
        target.value(content)
                .contentType(CONTENT_TYPE)
                .header(DATATYPE, tensor.dataType().protocolName())
                .header(
                        SHAPE,
                        Arrays.stream(tensor.shape().toArray())
                                .mapToObj(Long::toString)
                                .collect(Collectors.joining(SEPARATOR)));
    }

    private static DataType dataType(KafkaPayload payload) {
        String name = header(payload, DATATYPE);
        return DataType.ofProtocolName(name)
                .orElseThrow(() -> invalid(DATATYPE, name, "It must be a type such as FP32"));
    }

    private static Shape shape(KafkaPayload payload) {
        String text = header(payload, SHAPE);
        if (text.isEmpty()) {
            return Shape.scalar();
        }
        try {
            long[] lengths =
                    Arrays.stream(text.split(SEPARATOR, -1)).mapToLong(Long::parseLong).toArray();
            if (Arrays.stream(lengths).anyMatch(length -> length < 0)) {
                throw invalid(SHAPE, text, "A length is at least 0");
            }
            return Shape.of(lengths);
        } catch (NumberFormatException notANumber) {
            throw invalid(SHAPE, text, "It must be lengths such as 28,28,1");
        }
    }

    private static String header(KafkaPayload payload, String name) {
        return payload.header(name)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "Cannot decode the tensor of %s: it has no header '%s'."
                                                .formatted(payload.position(), name)));
    }

    private static IllegalArgumentException invalid(String header, String value, String wayOut) {
        return new IllegalArgumentException(
                "Invalid header %s: '%s'. %s.".formatted(header, value, wayOut));
    }
}
