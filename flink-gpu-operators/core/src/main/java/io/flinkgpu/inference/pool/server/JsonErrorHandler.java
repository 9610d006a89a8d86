package io.flinkgpu.inference.pool.server;

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

/** Puts what fails before any endpoint, such as an unknown path, into the protocol's form. */
final class JsonErrorHandler implements ServerErrorHandler {

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
        if (status.isContentAlwaysEmpty()
                || (request != null && GrpcEndpoint.isGrpc(request.contentType()))) {
            return null;
        }
        return AggregatedHttpResponse.of(
                ResponseHeaders.builder(status).contentType(MediaType.JSON_UTF_8).build(),
                HttpData.wrap(JsonMetadata.error(message(request, status, description))));
    }

    private static String message(
            @Nullable RequestHeaders request, HttpStatus status, @Nullable String description) {
        String what =
                request == null ? "request" : "%s %s".formatted(request.method(), request.path());
        String why = description == null ? status.reasonPhrase() : description;
        return "Cannot answer %s: %s.".formatted(what, why.toLowerCase(Locale.ROOT));
    }
}
