package io.flinkgpu.inference.pool.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.PooledBuffer;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.SmallFloats;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Turns the {@code data} of an input, flat or nested as its shape is, into a tensor's bytes. */
final class JsonData {

    private final TensorHead head;
    private final JsonParser parser;
    private final ByteBuffer target;
    private long count;

    private JsonData(TensorHead head, JsonParser parser, ByteBuffer target) {
        this.head = head;
        this.parser = parser;
        this.target = target;
    }

    /**
     * The bytes of the elements, which the caller owns.
     *
     * @param text the array
     * @throws MalformedMessageException if elements are missing, of another type, out of range or
     *     nested in another way than the shape
     */
    static PooledBuffer read(
            JsonFactory json, TensorHead head, ByteBuffer text, DirectBufferPool pool)
            throws IOException {
        PooledBuffer pooled = PooledMemory.acquire(pool, mostBytes(head, text));
        boolean complete = false;
        try (JsonParser parser =
                json.createParser(
                        text.array(), text.arrayOffset() + text.position(), text.remaining())) {
            new JsonData(head, parser, pooled.buffer()).readAll();
            pooled.buffer().flip();
            complete = true;
            return pooled;
        } catch (JsonProcessingException unreadable) {
            throw head.invalid("its data cannot be read: " + JsonRequestReader.reason(unreadable));
        } finally {
            if (!complete) {
                pooled.release();
            }
        }
    }

    /** Text is never shorter than the string it means; an element takes a character and a comma. */
    private static long mostBytes(TensorHead head, ByteBuffer text)
            throws MalformedMessageException {
        DataType type = head.dataType();
        long elements = head.shape().elements();
        if (elements > text.remaining() / 2) {
            throw head.invalid(
                    "%s %s takes %d elements, which %d bytes of data cannot hold"
                            .formatted(
                                    type.protocolName(), head.shape(), elements, text.remaining()));
        }
        return type.isFixedSize()
                ? elements * type.byteSize()
                : elements * Integer.BYTES + text.remaining();
    }

    private void readAll() throws IOException {
        parser.nextToken();
        JsonToken first = parser.nextToken();
        if (first == JsonToken.START_ARRAY) {
            readNested();
        } else {
            for (JsonToken token = first; token != JsonToken.END_ARRAY; ) {
                readElement(token);
                token = parser.nextToken();
            }
        }
        if (count != head.shape().elements()) {
            throw wrongCount(Long.toString(count));
        }
    }

    /** Reads row by row; the parser stands at the start of the first one. */
    private void readNested() throws IOException {
        long rows = 0;
        do {
            readAxis(1);
            rows++;
        } while (parser.nextToken() == JsonToken.START_ARRAY);
        requireLength(0, rows);
        if (parser.currentToken() != JsonToken.END_ARRAY) {
            throw wrongNesting();
        }
    }

    private void readAxis(int axis) throws IOException {
        if (axis >= head.shape().rank()) {
            throw wrongNesting();
        }
        boolean innermost = axis == head.shape().rank() - 1;
        long length = 0;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; length++) {
            if (innermost) {
                readElement(token);
            } else if (token == JsonToken.START_ARRAY) {
                readAxis(axis + 1);
            } else {
                throw wrongNesting();
            }
            token = parser.nextToken();
        }
        requireLength(axis, length);
    }

    private void readElement(JsonToken token) throws IOException {
        if (++count > head.shape().elements()) {
            throw wrongCount("more");
        }
        switch (head.dataType()) {
            case BOOL -> {
                require(token.isBoolean(), "true or false");
                target.put((byte) (parser.getBooleanValue() ? 1 : 0));
            }
            case BYTES -> {
                require(token == JsonToken.VALUE_STRING, "strings");
                byte[] string = parser.getText().getBytes(StandardCharsets.UTF_8);
                target.putInt(string.length).put(string);
            }
            case FLOAT32 -> {
                require(token.isNumeric(), "numbers");
                float value = parser.getFloatValue();
                requireInRange(Float.isInfinite(value));
                target.putFloat(value);
            }
            case FLOAT64 -> {
                require(token.isNumeric(), "numbers");
                double value = parser.getDoubleValue();
                requireInRange(Double.isInfinite(value));
                target.putDouble(value);
            }
            case FLOAT16, BFLOAT16 -> {
                require(token.isNumeric(), "numbers");
                SmallFloats format = SmallFloats.of(head.dataType());
                short bits = format.encode(parser.getDoubleValue());
                requireInRange(Float.isInfinite(format.decode(bits)));
                target.putShort(bits);
            }
            case UINT64 -> {
                require(token == JsonToken.VALUE_NUMBER_INT, "whole numbers");
                target.putLong(unsignedLong());
            }
            case UINT8, UINT16, UINT32 -> {
                require(token == JsonToken.VALUE_NUMBER_INT, "whole numbers");
                Elements.putUnsigned(target, head, parser.getLongValue());
            }
            default -> {
                require(token == JsonToken.VALUE_NUMBER_INT, "whole numbers");
                Elements.putSigned(target, head, parser.getLongValue());
            }
        }
    }

    private long unsignedLong() throws IOException {
        BigInteger value = parser.getBigIntegerValue();
        if (value.signum() < 0 || value.bitLength() > Long.SIZE) {
            throw Elements.outOfRange(head, parser.getText());
        }
        return value.longValue();
    }

    private void requireInRange(boolean infinite) throws IOException {
        if (infinite && !parser.isNaN()) {
            throw Elements.outOfRange(head, parser.getText());
        }
    }

    private void require(boolean condition, String expected) throws IOException {
        if (!condition) {
            throw head.invalid(
                    "%s takes %s but element %d is %s"
                            .formatted(
                                    head.dataType().protocolName(),
                                    expected,
                                    count,
                                    parser.currentToken()));
        }
    }

    private void requireLength(int axis, long actual) throws MalformedMessageException {
        if (actual != head.shape().length(axis)) {
            throw head.invalid(
                    "axis %d of its shape %s is %d long in its data"
                            .formatted(axis, head.shape(), actual));
        }
    }

    private MalformedMessageException wrongNesting() {
        Shape shape = head.shape();
        return head.invalid("its data nests in another way than its shape %s".formatted(shape));
    }

    private MalformedMessageException wrongCount(String actual) {
        return head.invalid(
                "%s %s takes %d elements but %s came"
                        .formatted(
                                head.dataType().protocolName(),
                                head.shape(),
                                head.shape().elements(),
                                actual));
    }
}
