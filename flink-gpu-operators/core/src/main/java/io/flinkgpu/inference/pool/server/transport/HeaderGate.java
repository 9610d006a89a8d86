package io.flinkgpu.inference.pool.server.transport;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Status;
import org.apache.flink.annotation.Internal;

/**
 * Refuses requests whose headers are too large, in the form that their protocol has for it.
 *
 * <p>The HTTP/2 library knows a limit, too, and answers in a way that gRPC clients cannot read;
 * beyond a quarter more it breaks the connection. So it gets a {@linkplain #libraryLimit larger
 * one}.
 */
@Internal
public final class HeaderGate {

    private static final int ROOM = 8;
    private static final int LARGEST = 1 << 20;
    // RFC 9113, section 6.5.2.
    private static final int OVERHEAD = 32;

    private final int maxHeaderBytes;

    /** A gate with this limit, in bytes. */
    public HeaderGate(int maxHeaderBytes) {
        this.maxHeaderBytes = maxHeaderBytes;
    }

    /** The limit of the library, beyond which requests never get here. */
    public int libraryLimit() {
        return Math.max(maxHeaderBytes, (int) Math.min(LARGEST, (long) ROOM * maxHeaderBytes));
    }

    /** Passes the request on or refuses it; a decorator of Armeria's. */
    public HttpResponse check(
            HttpService service, ServiceRequestContext context, HttpRequest request)
            throws Exception {
        long bytes = bytes(request.headers());
        if (bytes <= maxHeaderBytes) {
            return service.serve(context, request);
        }
        String message =
                "Cannot take request: its headers take %d bytes, and max-header-size is %d."
                        .formatted(bytes, maxHeaderBytes);
        return GrpcAnswers.isGrpc(request.headers())
                ? HttpResponse.of(GrpcAnswers.headers(Status.Code.RESOURCE_EXHAUSTED, message))
                : JsonErrors.response(
                        HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, message, headers -> {});
    }

    private static long bytes(RequestHeaders headers) {
        return headers.stream()
                .mapToLong(
                        header ->
                                (long) header.getKey().length()
                                        + header.getValue().length()
                                        + OVERHEAD)
                .sum();
    }
}
