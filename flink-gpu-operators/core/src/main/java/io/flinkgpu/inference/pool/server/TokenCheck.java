package io.flinkgpu.inference.pool.server;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.flinkgpu.inference.pool.server.transport.GrpcAnswers;
import io.flinkgpu.inference.pool.server.transport.JsonErrors;
import io.flinkgpu.inference.pool.server.transport.RefusedRequest;
import io.grpc.Status;

/** Turns requests away that do not bear the server's token, before their body is read. */
final class TokenCheck {

    private static final String SCHEME = "Bearer ";

    private final AccessToken token;
    private final ServerCounters counters;

    TokenCheck(AccessToken token, ServerCounters counters) {
        this.token = token;
        this.counters = counters;
    }

    HttpResponse check(HttpService service, ServiceRequestContext context, HttpRequest request)
            throws Exception {
        String given = request.headers().get(HttpHeaderNames.AUTHORIZATION);
        if (given == null || !given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            counters.refused(Refusal.MISSING_TOKEN);
            return refuse(
                    request,
                    "Cannot take request: it has no bearer token. Send 'authorization: Bearer"
                            + " <token>'.");
        }
        if (!token.matches(given.substring(SCHEME.length()).strip())) {
            counters.refused(Refusal.WRONG_TOKEN);
            return refuse(request, "Cannot take request: its bearer token is not this server's.");
        }
        return service.serve(context, request);
    }

    private static HttpResponse refuse(HttpRequest request, String message) {
        if (GrpcAnswers.isGrpc(request.headers())) {
            return HttpResponse.of(GrpcAnswers.headers(Status.Code.UNAUTHENTICATED, message));
        }
        return RefusedRequest.answer(
                request,
                JsonErrors.response(
                        HttpStatus.UNAUTHORIZED,
                        message,
                        headers -> headers.add(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer")));
    }
}
