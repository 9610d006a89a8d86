package io.flinkgpu.inference.pool.server;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.flinkgpu.inference.pool.server.ServerCounters.Refusal;
import io.grpc.Status;
import java.util.Locale;

/** Lets requests with the right token pass, and refuses others before they are read. */
final class TokenCheck extends SimpleDecoratingHttpService {

    private static final String MISSING =
            "This replica asks for a token: set pool.token-file on the client.";
    private static final String WRONG =
            "The token is not this replica's: compare pool.token-file on both sides.";

    private final AccessToken token;
    private final ServerCounters counters;

    TokenCheck(HttpService delegate, AccessToken token, ServerCounters counters) {
        super(delegate);
        this.token = token;
        this.counters = counters;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION);
        if (authorization == null) {
            counters.refused(Refusal.MISSING_TOKEN);
            return refusal(request, MISSING);
        }
        if (!token.matches(authorization)) {
            counters.refused(Refusal.WRONG_TOKEN);
            return refusal(request, WRONG);
        }
        return unwrap().serve(context, request);
    }

    private static HttpResponse refusal(HttpRequest request, String message) {
        MediaType type = request.contentType();
        boolean isGrpc = type != null && type.subtype().toLowerCase(Locale.ROOT).startsWith("grpc");
        return isGrpc
                ? HttpResponse.of(
                        ResponseHeaders.builder(HttpStatus.OK)
                                .contentType(type)
                                .add("grpc-status", code(Status.UNAUTHENTICATED))
                                .add("grpc-message", message)
                                .endOfStream(true)
                                .build())
                : HttpResponse.of(
                        HttpStatus.UNAUTHORIZED,
                        MediaType.JSON_UTF_8,
                        "{\"error\":\"" + message + "\"}");
    }

    private static String code(Status status) {
        return Integer.toString(status.getCode().value());
    }
}
