package io.flinkgpu.inference.pool.server.transport;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.flinkgpu.inference.pool.protocol.MalformedMessageException;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.annotation.Internal;

/** The body of a request over HTTP, which came within the limits of size and memory. */
@Internal
public final class HttpBody {

    private final byte[] received;
    private final long maxBytes;
    private final ReceiveMemory.Share share;

    private HttpBody(byte[] received, long maxBytes, ReceiveMemory.Share share) {
        this.received = received;
        this.maxBytes = maxBytes;
        this.share = share;
    }

    /**
     * The body, when all of it has come.
     *
     * <p>The future fails with {@link ContentTooLargeException} if it is too long, and with {@code
     * RESOURCE_EXHAUSTED} if there is no memory for it.
     *
     * @param request whose body nobody else reads
     */
    public static CompletableFuture<HttpBody> receive(
            ServiceRequestContext context,
            HttpRequest request,
            long maxBytes,
            ReceiveMemory memory) {
        ReceiveMemory.Share share = memory.shareOf(context);
        return new Incoming(request, maxBytes, share)
                .aggregate()
                .thenApply(whole -> new HttpBody(whole.content().array(), maxBytes, share));
    }

    /**
     * The bytes as they were before they were encoded. Takes its time; not in an event loop.
     *
     * @param encoding of the header {@code content-encoding}
     * @throws ContentTooLargeException if they are too many
     * @throws MalformedMessageException if the body is not in that encoding
     */
    public byte[] decoded(BodyEncoding encoding) throws MalformedMessageException {
        return encoding.decode(
                received,
                bytes -> {
                    requireWithin(bytes, maxBytes);
                    share.reading(received.length + bytes);
                });
    }

    /** The body is understood: only what was made of it is left. */
    public void understood() {
        share.understood();
    }

    private static void requireWithin(long bytes, long maxBytes) {
        if (bytes > maxBytes) {
            throw ContentTooLargeException.builder()
                    .maxContentLength(maxBytes)
                    .contentLength(bytes)
                    .build();
        }
    }

    private static final class Incoming extends GatedRequest {

        private final long maxBytes;
        private final ReceiveMemory.Share share;
        private long count;

        private Incoming(HttpRequest request, long maxBytes, ReceiveMemory.Share share) {
            super(request, mostDropped(maxBytes));
            this.maxBytes = maxBytes;
            this.share = share;
            try {
                long announced = Math.max(0, request.headers().contentLength());
                requireWithin(announced, maxBytes);
                share.reading(announced);
            } catch (RuntimeException refused) {
                refuse(refused);
            }
        }

        @Override
        HttpData take(HttpData bytes) {
            count += bytes.length();
            requireWithin(count, maxBytes);
            share.reading(count);
            return bytes;
        }

        @Override
        void end() {}
    }
}
