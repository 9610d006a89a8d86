package io.flinkgpu.inference.pool.server.transport;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.AggregationOptions;
import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

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
    private static final int GATHERED = 1 << 20;

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
        if (!request.path().startsWith(unaryPrefix) || isText(request)) {
            return unwrap().serve(context, request);
        }
        ReceiveMemory.Share share = memory.shareOf(context);
        Watched watched = new Watched(request, share, context);
        context.updateRequest(watched);
        return unwrap().serve(context, watched);
    }

    /** The form for browsers in base64, in which the head cannot be seen. */
    private static boolean isText(HttpRequest request) {
        MediaType type = request.contentType();
        return type != null && type.subtype().contains("text");
    }

    /**
     * One call's request, as it comes in.
     *
     * <p>A large message is gathered in one buffer: its parts are slices of larger ones, which they
     * would keep alive together with what other calls sent.
     */
    private final class Watched extends GatedRequest {

        private final ReceiveMemory.Share share;
        private final ServiceRequestContext context;
        private final byte[] head = new byte[HEAD_BYTES];
        private long received;
        private long expected = HEAD_BYTES;
        @Nullable private ByteBuf whole;

        private Watched(
                HttpRequest request, ReceiveMemory.Share share, ServiceRequestContext context) {
            super(request, mostDropped(maxMessageBytes));
            this.share = share;
            this.context = context;
        }

        @Override
        @SuppressWarnings("unchecked") // as the library's own override has it
        public CompletableFuture<AggregatedHttpRequest> aggregate(AggregationOptions options) {
            return super.aggregate(options).handle(this::withWhole);
        }

        private AggregatedHttpRequest withWhole(
                @Nullable AggregatedHttpRequest parts, @Nullable Throwable failure) {
            if (whole == null) {
                if (failure != null) {
                    throw new CompletionException(failure);
                }
                return parts;
            }
            if (failure != null) {
                whole.release();
                throw new CompletionException(failure);
            }
            return AggregatedHttpRequest.of(headers(), HttpData.wrap(whole));
        }

        @Override
        HttpData take(HttpData data) {
            ByteBuf bytes = data.byteBuf();
            long before = received;
            received += bytes.readableBytes();
            if (before < HEAD_BYTES) {
                readHead((int) before, bytes);
            }
            if (received > expected) {
                throw cardinality("it has more than one message");
            }
            if (whole == null) {
                return data;
            }
            whole.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
            data.close();
            return HttpData.empty();
        }

        private void readHead(int before, ByteBuf bytes) {
            int count = Math.min(HEAD_BYTES - before, bytes.readableBytes());
            bytes.getBytes(bytes.readerIndex(), head, before, count);
            if (received < HEAD_BYTES) {
                return;
            }
            expect(messageLength());
            if (expected >= GATHERED) {
                whole = context.alloc().directBuffer((int) expected, (int) expected);
                whole.writeBytes(head, 0, before);
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
