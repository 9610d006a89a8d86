package io.flinkgpu.inference.pool.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import org.apache.flink.annotation.Internal;

/**
 * Requests and responses of {@code infer} as HTTP carries them: in JSON, with the tensors' bytes
 * behind it where the binary tensor data extension asks for that.
 *
 * <p>Strings are {@code BYTES} elements in UTF-8; other byte strings have no form in JSON. In
 * requests {@code NaN} and {@code Infinity} are numbers, as in Python; in responses they are null,
 * as RFC 8259 has no form for them, unless the request asks for Python's. Safe for use by many
 * threads.
 */
@Internal
public final class JsonInferCodec {

    /** Header of requests and responses with binary data: how many bytes of JSON come first. */
    public static final String HEADER_LENGTH = "Inference-Header-Content-Length";

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final int MAX_NESTING = 100;
    private static final int MIN_STRING_LENGTH = 1 << 16;

    private final ProtocolLimits limits;
    private final DirectBufferPool pool;
    private final JsonFactory json;

    /** Takes memory from the process's pool. */
    public JsonInferCodec(ProtocolLimits limits) {
        this(limits, DirectBufferPool.ofProcess());
    }

    JsonInferCodec(ProtocolLimits limits, DirectBufferPool pool) {
        this.limits = limits;
        this.pool = pool;
        this.json =
                JsonFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(MAX_NESTING)
                                        .maxStringLength(maxStringLength(limits))
                                        .build())
                        // Places in the text are kept as numbers of bytes.
                        .disable(JsonFactory.Feature.CHARSET_DETECTION)
                        // Senders choose the names: they must not fill the JVM's table of strings.
                        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                        .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
                        .build();
    }

    /**
     * Reads a request; its receiver closes it.
     *
     * @param model of the URL
     * @param body all of it; its bytes are copied
     * @param headerLength of the header {@link #HEADER_LENGTH}; empty: the body is JSON alone
     * @throws MalformedMessageException if it is no request, or exceeds a limit
     */
    public HttpInferRequest readRequest(
            ServedModel model, ByteBuffer body, OptionalInt headerLength)
            throws MalformedMessageException {
        if (body.remaining() > limits.maxMessageBytes()) {
            throw new MalformedMessageException(
                    "Invalid request: %d bytes. %d are the most."
                            .formatted(body.remaining(), limits.maxMessageBytes()));
        }
        int length = headerLength.orElse(body.remaining());
        if (length < 0 || length > body.remaining()) {
            throw new MalformedMessageException(
                    "Invalid %s: %d. It must be 0 to the body's %d bytes."
                            .formatted(HEADER_LENGTH, length, body.remaining()));
        }
        ByteBuffer binary = body.slice();
        byte[] header = withoutMark(binary, length);
        try {
            return new JsonRequestReader(json, header, binary, limits, pool).read(model);
        } catch (JsonProcessingException noJson) {
            throw new MalformedMessageException(
                    "Cannot read request: %s.".formatted(JsonRequestReader.reason(noJson)), noJson);
        } catch (IOException unreadable) {
            throw MalformedMessageException.of(unreadable);
        }
    }

    /**
     * Writes a response in the form that the request asked for.
     *
     * @return views of the response's tensors: it is closed when they are sent
     * @throws MalformedMessageException if JSON is asked for and cannot hold an output, or grows
     *     beyond the limit of messages
     */
    public HttpInferResponse writeResponse(InferResponse response, HttpInferRequest request)
            throws MalformedMessageException {
        return new JsonResponseWriter(json, request, limits).write(response);
    }

    /** Takes the JSON; what some editors put in front of UTF-8 is passed over. */
    private static byte[] withoutMark(ByteBuffer body, int length) {
        ByteBuffer start = body.slice(body.position(), Math.min(length, BYTE_ORDER_MARK.length));
        boolean marked = start.equals(ByteBuffer.wrap(BYTE_ORDER_MARK));
        body.position(marked ? BYTE_ORDER_MARK.length : 0);
        byte[] header = new byte[length - body.position()];
        body.get(header);
        return header;
    }

    /** Names and ids are strings, too, which the limit of elements does not mean. */
    private static int maxStringLength(ProtocolLimits limits) {
        long most = Math.max(MIN_STRING_LENGTH, limits.maxStringBytes());
        return (int) Math.min(most, Integer.MAX_VALUE);
    }
}
