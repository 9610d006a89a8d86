package io.flinkgpu.inference.pool.server;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.flinkgpu.inference.pool.protocol.InferTrailers;
import io.flinkgpu.inference.pool.protocol.JsonMetadata;
import io.flinkgpu.inference.pool.protocol.JsonReports;
import io.flinkgpu.inference.pool.protocol.MalformedMessageException;
import io.flinkgpu.inference.pool.protocol.ProtocolLimits;
import io.flinkgpu.inference.pool.server.transport.BodyEncoding;
import io.flinkgpu.inference.pool.server.transport.HttpBody;
import io.flinkgpu.inference.pool.server.transport.JsonErrors;
import io.flinkgpu.inference.pool.server.transport.ReceiveMemory;
import io.flinkgpu.inference.pool.server.transport.RefusedRequest;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The protocol over HTTP. Answers without blocking the event loops. */
final class HttpEndpoint {

    private static final String ROOT = "/v2";
    private static final int MAX_WISHES = 64 << 10;

    private final InferenceEndpoint endpoint;
    private final ModelReports reports;
    private final HttpInference inference;
    private final ReceiveMemory memory;

    private HttpEndpoint(
            InferenceEndpoint endpoint, HttpInference inference, ReceiveMemory memory) {
        this.endpoint = endpoint;
        this.reports = endpoint.reports();
        this.inference = inference;
        this.memory = memory;
    }

    /** Adds all paths to a server. */
    static void addTo(
            ServerBuilder server,
            InferenceEndpoint endpoint,
            ProtocolLimits limits,
            ReceiveMemory memory) {
        HttpEndpoint http =
                new HttpEndpoint(endpoint, new HttpInference(endpoint, limits, memory), memory);
        server.service(ROOT, http::serve);
        server.serviceUnder(ROOT, http::serve);
    }

    private HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        try {
            Optional<HttpPath> path = HttpPath.parse(context.path());
            if (path.isEmpty()) {
                return refused(request, HttpStatus.NOT_FOUND, "not found");
            }
            HttpPath.Call call = path.get().call();
            if (!call.accepts(request.method())) {
                return refused(
                        request, HttpStatus.METHOD_NOT_ALLOWED, "use " + call.method().name());
            }
            return switch (call) {
                case INFER -> later(inference.infer(context, request, path.get().served()));
                case INDEX, LOAD, UNLOAD -> later(repository(context, request, path.get()));
                default -> answer(path.get());
            };
        } catch (StatusRuntimeException failure) {
            return RefusedRequest.answer(request, failed(failure));
        }
    }

    private HttpResponse answer(HttpPath path) {
        return switch (path.call()) {
            case SERVER -> json(JsonMetadata.of(MetadataResponses.ofServer()));
            case LIVE -> health(true);
            case READY -> health(endpoint.isReady());
            case MODEL ->
                    json(JsonMetadata.of(MetadataResponses.of(endpoint.describe(path.served()))));
            case MODEL_READY -> health(endpoint.isReady(path.served()));
            case CONFIG -> json(JsonReports.of(reports.config(path.served())));
            case STATISTICS ->
                    json(JsonReports.of(reports.statistics(path.model(), path.version())));
            default -> throw new IllegalArgumentException("Not a call without a body: " + path);
        };
    }

    /** Calls of the model repository; a body has wishes for one that can be left out. */
    private CompletableFuture<HttpResponse> repository(
            ServiceRequestContext context, HttpRequest request, HttpPath path) {
        return HttpBody.receive(context, request, MAX_WISHES, memory)
                .thenApply(body -> repository(path, body));
    }

    private HttpResponse repository(HttpPath path, HttpBody body) {
        switch (path.call()) {
            case INDEX -> {
                return json(JsonReports.of(reports.index(wantsReady(body))));
            }
            case LOAD -> {
                reports.load(path.model());
                return HttpResponse.of(HttpStatus.OK);
            }
            default -> throw reports.unloadRefused(path.model());
        }
    }

    private static boolean wantsReady(HttpBody body) {
        try {
            return JsonReports.wantsReady(body.decoded(BodyEncoding.IDENTITY));
        } catch (MalformedMessageException noJson) {
            throw FailureStatus.invalid(noJson.getMessage());
        }
    }

    private static HttpResponse later(CompletableFuture<HttpResponse> answer) {
        return HttpResponse.of(answer.exceptionally(HttpEndpoint::failed));
    }

    private static HttpResponse refused(HttpRequest request, HttpStatus status, String why) {
        return RefusedRequest.answer(
                request,
                JsonErrors.response(
                        status,
                        "Cannot answer %s %s: %s.".formatted(request.method(), request.path(), why),
                        headers -> {}));
    }

    private static HttpResponse health(boolean good) {
        return HttpResponse.of(good ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    }

    private static HttpResponse json(byte[] body) {
        return HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, HttpData.wrap(body));
    }

    private static HttpResponse failed(Throwable failure) {
        if (Exceptions.peel(failure) instanceof ContentTooLargeException tooLarge) {
            return JsonErrors.response(
                    HttpStatus.REQUEST_ENTITY_TOO_LARGE,
                    "Cannot read request: it is larger than %d bytes."
                            .formatted(tooLarge.maxContentLength()),
                    headers -> {});
        }
        return failed(FailureStatus.of(failure));
    }

    private static HttpResponse failed(StatusRuntimeException failure) {
        return JsonErrors.response(
                httpStatus(failure),
                Optional.ofNullable(failure.getStatus().getDescription())
                        .orElse(failure.getStatus().getCode().name()),
                headers -> addTrailers(headers, failure));
    }

    private static void addTrailers(
            ResponseHeadersBuilder headers, StatusRuntimeException failure) {
        io.grpc.Metadata trailers = failure.getTrailers();
        if (trailers == null) {
            return;
        }
        String millis = trailers.get(InferTrailers.PUSHBACK);
        if (millis != null) {
            long seconds = TimeUnit.MILLISECONDS.toSeconds(Long.parseLong(millis) + 999);
            headers.add(InferTrailers.PUSHBACK.name(), millis);
            headers.addLong(HttpHeaderNames.RETRY_AFTER, seconds);
        }
        String errorClass = trailers.get(InferTrailers.ERROR_CLASS);
        if (errorClass != null) {
            headers.add(InferTrailers.ERROR_CLASS.name(), errorClass);
        }
    }

    private static HttpStatus httpStatus(StatusRuntimeException failure) {
        return switch (failure.getStatus().getCode()) {
            case INVALID_ARGUMENT -> HttpStatus.BAD_REQUEST;
            case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case RESOURCE_EXHAUSTED -> HttpStatus.TOO_MANY_REQUESTS;
            case UNIMPLEMENTED -> HttpStatus.NOT_IMPLEMENTED;
            case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
            case DEADLINE_EXCEEDED -> HttpStatus.GATEWAY_TIMEOUT;
            default -> HttpStatus.INTERNAL_SERVER_ERROR;
        };
    }
}
