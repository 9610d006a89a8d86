package io.flinkgpu.inference.pool.protocol;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import org.apache.flink.annotation.Internal;

/**
 * The body of a response over HTTP.
 *
 * @param parts JSON, then the bytes of each binary output, to be sent one behind the other; they
 *     are views of the response's tensors, which is closed when they are sent
 * @param headerLength bytes of JSON, for the header {@link JsonInferCodec#HEADER_LENGTH}; empty
 *     without binary outputs, where the header is left out
 */
@Internal
public record HttpInferResponse(List<ByteBuffer> parts, OptionalInt headerLength) {

    /** Copies the list, not the bytes. */
    public HttpInferResponse {
        parts = List.copyOf(parts);
    }

    /** Bytes of all parts. */
    public long byteSize() {
        return parts.stream().mapToLong(ByteBuffer::remaining).sum();
    }
}
