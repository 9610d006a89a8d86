package io.flinkgpu.inference.pool.server;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.HttpInferRequest;
import io.flinkgpu.inference.pool.protocol.HttpInferResponse;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.pool.protocol.InferTrailers;
import io.flinkgpu.inference.pool.protocol.JsonInferCodec;
import io.flinkgpu.inference.pool.protocol.JsonMetadata;
import io.flinkgpu.inference.pool.protocol.MalformedMessageException;
import io.flinkgpu.inference.pool.protocol.ProtocolLimits;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The protocol over HTTP: health and metadata by GET, inference by POST, in JSON with binary
 * tensors. Answers without blocking the event loops.
 */
final class HttpEndpoint {

    private static final String MODEL = "/v2/models/{model}";
    private static final String VERSION = MODEL + "/versions/{version}";

    private final InferenceEndpoint endpoint;
    private final JsonInferCodec codec;

    private HttpEndpoint(InferenceEndpoint endpoint, JsonInferCodec codec) {
        this.endpoint = endpoint;
        this.codec = codec;
    }

    /** Adds all paths to a server. */
    static void addTo(ServerBuilder server, InferenceEndpoint endpoint, ProtocolLimits limits) {
        HttpEndpoint http = new HttpEndpoint(endpoint, new JsonInferCodec(limits));
        server.errorHandler(new JsonErrorHandler());
        http.get(server, "/v2", context -> json(JsonMetadata.of(MetadataResponses.ofServer())));
        http.get(server, "/v2/health/live", context -> health(true));
        http.get(server, "/v2/health/ready", context -> health(endpoint.isReady()));
        for (String model : new String[] {MODEL, VERSION}) {
            http.get(
                    server,
                    model,
                    context ->
                            json(
                                    JsonMetadata.of(
                                            MetadataResponses.of(
                                                    endpoint.describe(model(context))))));
            http.get(server, model + "/ready", context -> health(endpoint.isReady(model(context))));
            server.route().post(model + "/infer").build(http::infer);
        }
    }

    private void get(
            ServerBuilder server,
            String path,
            Function<ServiceRequestContext, HttpResponse> answer) {
        server.route()
                .get(path)
                .build(
                        (context, request) -> {
                            try {
                                return answer.apply(context);
                            } catch (StatusRuntimeException failure) {
                                return failed(failure);
                            }
                        });
    }

    /** Bodies are read and written elsewhere than in the event loops: JSON takes its time. */
    private HttpResponse infer(ServiceRequestContext context, HttpRequest request) {
        return HttpResponse.of(
                request.aggregate()
                        .thenComposeAsync(
                                body -> infer(context, body), context.blockingTaskExecutor())
                        .exceptionally(HttpEndpoint::failed));
    }

    private CompletableFuture<HttpResponse> infer(
            ServiceRequestContext context, AggregatedHttpRequest body) {
        HttpInferRequest request = read(context, body);
        CompletableFuture<InferResponse> answer =
                endpoint.infer(request.request(), Deadline.none());
        CompletableFuture<?> unused =
                context.whenRequestCancelling().thenAccept(cause -> answer.cancel(false));
        return answer.thenApplyAsync(
                response -> answered(response, request), context.blockingTaskExecutor());
    }

    private HttpInferRequest read(ServiceRequestContext context, AggregatedHttpRequest body) {
        try {
            return codec.readRequest(
                    model(context), ByteBuffer.wrap(body.content().array()), headerLength(body));
        } catch (MalformedMessageException malformed) {
            throw FailureStatus.invalid(malformed.getMessage());
        }
    }

    private HttpResponse answered(InferResponse response, HttpInferRequest request) {
        try (response) {
            HttpInferResponse body = codec.writeResponse(response, request);
            ResponseHeadersBuilder headers = ResponseHeaders.builder(HttpStatus.OK);
            headers.contentType(
                    body.headerLength().isPresent() ? MediaType.OCTET_STREAM : MediaType.JSON);
            body.headerLength()
                    .ifPresent(length -> headers.addInt(JsonInferCodec.HEADER_LENGTH, length));
            return HttpResponse.of(headers.build(), HttpData.wrap(joined(body)));
        } catch (MalformedMessageException noSuchForm) {
            return failed(FailureStatus.invalid(noSuchForm.getMessage()));
        }
    }

    private static byte[] joined(HttpInferResponse body) {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(body.byteSize()));
        body.parts().forEach(part -> all.put(part.duplicate()));
        return all.array();
    }

    private static OptionalInt headerLength(AggregatedHttpRequest request) {
        String length = request.headers().get(JsonInferCodec.HEADER_LENGTH);
        if (length == null) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseInt(length));
        } catch (NumberFormatException noNumber) {
            throw FailureStatus.invalid(
                    "Invalid %s: '%s'. It must be a number of bytes."
                            .formatted(JsonInferCodec.HEADER_LENGTH, length));
        }
    }

    private static ServedModel model(ServiceRequestContext context) {
        String version = context.pathParam("version");
        try {
            return new ServedModel(
                    context.pathParam("model"), version == null ? ServedModel.LATEST : version);
        } catch (IllegalArgumentException noName) {
            throw FailureStatus.invalid(noName.getMessage());
        }
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
            case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
            case DEADLINE_EXCEEDED -> HttpStatus.GATEWAY_TIMEOUT;
            default -> HttpStatus.INTERNAL_SERVER_ERROR;
        };
    }
}
