package io.flinkgpu.inference.pool.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.SmallFloats;
import io.flinkgpu.inference.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Writes one response in JSON, with binary outputs behind it. Single-threaded. */
final class JsonResponseWriter {

    private final JsonFactory json;
    private final HttpInferRequest request;
    private final ProtocolLimits limits;

    /** Writes what a request asks for, in its form. */
    JsonResponseWriter(JsonFactory json, HttpInferRequest request, ProtocolLimits limits) {
        this.json = json;
        this.request = request;
        this.limits = limits;
    }

    /**
     * The body; views of the response's tensors.
     *
     * @throws MalformedMessageException if an output has no form in JSON, or too long a one
     */
    HttpInferResponse write(InferResponse response) throws MalformedMessageException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        List<ByteBuffer> tail = new ArrayList<>();
        try (JsonGenerator out = json.createGenerator(header)) {
            write(response, out, header, tail);
        } catch (IOException unwritable) {
            throw MalformedMessageException.of(unwritable);
        }
        OptionalInt length = tail.isEmpty() ? OptionalInt.empty() : OptionalInt.of(header.size());
        tail.add(0, ByteBuffer.wrap(header.toByteArray()));
        return new HttpInferResponse(tail, length);
    }

    private void write(
            InferResponse response,
            JsonGenerator out,
            ByteArrayOutputStream written,
            List<ByteBuffer> tail)
            throws IOException {
        out.writeStartObject();
        out.writeStringField("model_name", response.model().name());
        out.writeStringField("model_version", response.model().version());
        if (!response.id().isEmpty()) {
            out.writeStringField("id", response.id());
        }
        if (!response.parameters().isEmpty()) {
            out.writeObjectFieldStart("parameters");
            for (Map.Entry<String, Object> parameter : response.parameters().entrySet()) {
                out.writeFieldName(parameter.getKey());
                out.writeObject(parameter.getValue());
            }
            out.writeEndObject();
        }
        out.writeArrayFieldStart("outputs");
        for (Map.Entry<String, Tensor> output : response.outputs().tensors().entrySet()) {
            if (request.isBinary(output.getKey())) {
                writeHead(output.getKey(), output.getValue(), out);
                out.writeObjectFieldStart("parameters");
                out.writeNumberField("binary_data_size", output.getValue().byteSize());
                out.writeEndObject();
                tail.add(output.getValue().data());
            } else {
                writeHead(output.getKey(), output.getValue(), out);
                writeData(output.getKey(), output.getValue(), out, written);
            }
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void writeHead(String name, Tensor tensor, JsonGenerator out)
            throws IOException {
        out.writeStartObject();
        out.writeStringField("name", name);
        out.writeStringField("datatype", tensor.dataType().protocolName());
        out.writeFieldName("shape");
        long[] shape = tensor.shape().toArray();
        out.writeArray(shape, 0, shape.length);
    }

    private void writeData(
            String name, Tensor tensor, JsonGenerator out, ByteArrayOutputStream written)
            throws IOException {
        out.writeArrayFieldStart("data");
        ByteBuffer data = tensor.data();
        boolean nulls = false;
        while (data.hasRemaining()) {
            if (tensor.dataType() == DataType.BYTES) {
                out.writeString(text(name, data));
            } else {
                nulls |= writeElement(tensor.dataType(), data, out);
            }
            if (written.size() > limits.maxMessageBytes()) {
                throw unwritable(
                        name,
                        "the response takes more than %d bytes in JSON"
                                .formatted(limits.maxMessageBytes()));
            }
        }
        out.writeEndArray();
        if (nulls) {
            out.writeObjectFieldStart("parameters");
            out.writeBooleanField(InferParameters.NULL_IS_NOT_FINITE, true);
            out.writeEndObject();
        }
    }

    private static String text(String name, ByteBuffer data) throws MalformedMessageException {
        int length = data.getInt();
        ByteBuffer string = data.slice(data.position(), length);
        data.position(data.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(string).toString();
        } catch (CharacterCodingException noText) {
            throw unwritable(name, "it has a string that is not UTF-8");
        }
    }

    /** Writes the next element; whether it is null. */
    private boolean writeElement(DataType type, ByteBuffer data, JsonGenerator out)
            throws IOException {
        switch (type) {
            case BOOL -> out.writeBoolean(data.get() != 0);
            case INT8 -> out.writeNumber(data.get());
            case INT16 -> out.writeNumber(data.getShort());
            case INT32 -> out.writeNumber(data.getInt());
            case INT64 -> out.writeNumber(data.getLong());
            case UINT8 -> out.writeNumber(Byte.toUnsignedInt(data.get()));
            case UINT16 -> out.writeNumber(Short.toUnsignedInt(data.getShort()));
            case UINT32 -> out.writeNumber(Integer.toUnsignedLong(data.getInt()));
            case UINT64 -> out.writeNumber(new BigInteger(Long.toUnsignedString(data.getLong())));
            case FLOAT16, BFLOAT16 -> {
                return writeFloat(SmallFloats.of(type).decode(data.getShort()), out);
            }
            case FLOAT32 -> {
                return writeFloat(data.getFloat(), out);
            }
            case FLOAT64 -> {
                double value = data.getDouble();
                if (!hasForm(value)) {
                    out.writeNull();
                    return true;
                }
                out.writeNumber(value);
            }
            default -> throw new IllegalStateException("No form in JSON: " + type);
        }
        return false;
    }

    private boolean writeFloat(float value, JsonGenerator out) throws IOException {
        if (!hasForm(value)) {
            out.writeNull();
            return true;
        }
        out.writeNumber(value);
        return false;
    }

    private boolean hasForm(double value) {
        return request.pythonNumbers() || Double.isFinite(value);
    }

    private static MalformedMessageException unwritable(String name, String reason) {
        return new MalformedMessageException(
                "Cannot write output '%s': %s. Ask for it with binary_data: true."
                        .formatted(name, reason));
    }
}
