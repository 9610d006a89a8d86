package io.flinkgpu.inference.pool.server.transport;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.flinkgpu.inference.pool.protocol.JsonMetadata;
import java.util.Locale;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * Puts what fails before any endpoint, such as an unknown path, into the protocol's form: JSON over
 * HTTP, a status over gRPC.
 */
@Internal
public final class ProtocolErrorHandler implements ServerErrorHandler {

    /** Leaves failures to the default, which asks {@link #renderStatus} for their form. */
    @Override
    @Nullable
    public HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
        return null;
    }

    @Override
    @Nullable
    public AggregatedHttpResponse renderStatus(
            @Nullable ServiceRequestContext context,
            ServiceConfig service,
            @Nullable RequestHeaders request,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        if (status.isContentAlwaysEmpty()) {
            return null;
        }
        String message = message(request, status, description, cause);
        if (request != null && GrpcAnswers.isGrpc(request)) {
            return AggregatedHttpResponse.of(
                    GrpcAnswers.headers(GrpcAnswers.code(status), message));
        }
        return AggregatedHttpResponse.of(
                ResponseHeaders.builder(status).contentType(MediaType.JSON_UTF_8).build(),
                HttpData.wrap(JsonMetadata.error(message)));
    }

    private static String message(
            @Nullable RequestHeaders request,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        String what =
                request == null ? "request" : "%s %s".formatted(request.method(), request.path());
        String why = description == null ? status.reasonPhrase() : description;
        String detail =
                cause == null || cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")";
        return "Cannot answer %s: %s%s.".formatted(what, why.toLowerCase(Locale.ROOT), detail);
    }
}
