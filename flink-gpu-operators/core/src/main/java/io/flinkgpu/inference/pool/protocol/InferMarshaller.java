package io.flinkgpu.inference.pool.protocol;

import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads the messages that carry tensors.
 *
 * <p>A message that finds no memory fails its call with {@code RESOURCE_EXHAUSTED}. Safe for use by
 * many threads.
 */
abstract class InferMarshaller<T> implements MethodDescriptor.Marshaller<T> {

    private final MessageFields fields;
    private final Status malformed;
    private final ProtocolLimits limits;
    private final DirectBufferPool pool;

    /**
     * A marshaller within limits.
     *
     * @param malformed what a message that cannot be read fails its call with
     * @param pool takes the tensors' contents
     */
    InferMarshaller(
            MessageFields fields, Status malformed, ProtocolLimits limits, DirectBufferPool pool) {
        this.fields = fields;
        this.malformed = malformed;
        this.limits = limits;
        this.pool = pool;
    }

    @Override
    public final T parse(InputStream stream) {
        try {
            return read(stream);
        } catch (MalformedMessageException unreadable) {
            throw refused(malformed, unreadable);
        } catch (OutOfMemoryError full) {
            throw refused(Status.RESOURCE_EXHAUSTED, full);
        }
    }

    final T read(InputStream stream) throws MalformedMessageException {
        try (ReceivedMessage message = ReceivedMessage.read(stream, fields, limits, pool)) {
            return understand(message);
        } catch (IOException unreadable) {
            throw MalformedMessageException.of(unreadable);
        }
    }

    /** Ends the call with this status. */
    private static StatusRuntimeException refused(Status status, Throwable reason) {
        return status.withDescription(reason.getMessage()).withCause(reason).asRuntimeException();
    }

    /**
     * Makes a message of its head and its {@link ReceivedMessage#takeTensors() tensors}, which
     * should be taken last.
     */
    abstract T understand(ReceivedMessage message) throws IOException;
}
