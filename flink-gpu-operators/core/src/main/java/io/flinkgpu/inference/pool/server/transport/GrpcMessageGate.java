package io.flinkgpu.inference.pool.server.transport;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;

import io.grpc.Status;
import io.netty.buffer.ByteBuf;

import org.apache.flink.annotation.Internal;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Looks at the head of a unary gRPC call's message, before its body is read.
 *
 * <p>A message that is too large, or for which there is no memory, ends its own call, and its
 * connection goes on. So do a call without a message and one with two. In the connection's event
 * loop.
 */
@Internal
public final class GrpcMessageGate extends SimpleDecoratingHttpService {

    private static final int HEAD_BYTES = 5;

    private final String unaryPrefix;
    private final long maxMessageBytes;
    private final ReceiveMemory memory;

    private GrpcMessageGate(
            HttpService calls, String service, long maxMessageBytes, ReceiveMemory memory) {
        super(calls);
        this.unaryPrefix = "/" + service + "/";
        this.maxMessageBytes = maxMessageBytes;
        this.memory = memory;
    }

    /**
     * A gate in front of gRPC services.
     *
     * @param service full name of the one whose calls are all unary; others pass
     */
    public static Function<HttpService, HttpService> before(
            String service, long maxMessageBytes, ReceiveMemory memory) {
        return calls -> new GrpcMessageGate(calls, service, maxMessageBytes, memory);
    }

    /** Requests are seen as they come; by default the library reads unary ones whole first. */
    @Override
    public ExchangeType exchangeType(RoutingContext routing) {
        return ExchangeType.of(true, super.exchangeType(routing).isResponseStreaming());
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        if (!request.path().startsWith(unaryPrefix)) {
            return unwrap().serve(context, request);
        }
        ReceiveMemory.Share share = memory.share();
        CompletableFuture<?> unused =
                context.log().whenComplete().thenAccept(log -> share.release());
        Watched watched = new Watched(request, share, context);
        context.updateRequest(watched);
        return unwrap().serve(context, watched);
    }

    /** One call's request, as it comes in. */
    private final class Watched extends GatedRequest {

        private final ReceiveMemory.Share share;
        private final ServiceRequestContext context;
        private final byte[] head = new byte[HEAD_BYTES];
        private long received;
        private long expected = HEAD_BYTES;

        private Watched(
                HttpRequest request, ReceiveMemory.Share share, ServiceRequestContext context) {
            super(request, mostDropped(maxMessageBytes));
            this.share = share;
            this.context = context;
        }

        @Override
        void take(HttpData data) {
            take(data.byteBuf());
        }

        private void take(ByteBuf bytes) {
            int at = bytes.readerIndex();
            boolean atHead = received < HEAD_BYTES;
            for (int i = (int) received;
                    atHead && i < HEAD_BYTES && at < bytes.writerIndex();
                    i++) {
                head[i] = bytes.getByte(at++);
            }
            received += bytes.readableBytes();
            if (atHead && received >= HEAD_BYTES) {
                expect(messageLength());
            }
            if (received > expected) {
                throw cardinality("it has more than one message");
            }
        }

        private void expect(long length) {
            if (length > maxMessageBytes) {
                throw Status.RESOURCE_EXHAUSTED
                        .withDescription(
                                "Cannot read message: its %d bytes are larger than max-message-size, %d."
                                        .formatted(length, maxMessageBytes))
                        .asRuntimeException();
            }
            share.reading(length);
            expected = HEAD_BYTES + length;
        }

        private long messageLength() {
            long length = 0;
            for (int i = 1; i < HEAD_BYTES; i++) {
                length = length << Byte.SIZE | (head[i] & 0xff);
            }
            return length;
        }

        @Override
        void end() {
            if (received == 0) {
                throw cardinality("it has no message");
            }
            if (received < expected) {
                throw Status.INVALID_ARGUMENT
                        .withDescription(
                                "Cannot read message: it ends after %d of %d bytes."
                                        .formatted(received, expected))
                        .asRuntimeException();
            }
            // The message is read before the event loop comes to this.
            context.eventLoop().execute(share::understood);
        }

        /** As gRPC's documentation of its status codes asks for. */
        private RuntimeException cardinality(String what) {
            return Status.UNIMPLEMENTED
                    .withDescription(
                            "Cannot answer call: %s, and takes exactly one.".formatted(what))
                    .asRuntimeException();
        }
    }
}
