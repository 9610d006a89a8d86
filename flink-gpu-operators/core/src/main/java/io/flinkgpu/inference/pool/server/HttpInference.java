package io.flinkgpu.inference.pool.server;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.HttpInferRequest;
import io.flinkgpu.inference.pool.protocol.HttpInferResponse;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.pool.protocol.JsonInferCodec;
import io.flinkgpu.inference.pool.protocol.MalformedMessageException;
import io.flinkgpu.inference.pool.protocol.ProtocolLimits;
import io.flinkgpu.inference.pool.server.transport.BodyEncoding;
import io.flinkgpu.inference.pool.server.transport.HttpBody;
import io.flinkgpu.inference.pool.server.transport.JsonErrors;
import io.flinkgpu.inference.pool.server.transport.ReceiveMemory;
import io.flinkgpu.inference.pool.server.transport.RefusedRequest;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * Inference over HTTP, in JSON with binary tensors.
 *
 * <p>Bodies are read and written elsewhere than in the event loops: JSON takes its time.
 */
final class HttpInference {

    private final InferenceEndpoint endpoint;
    private final JsonInferCodec codec;
    private final ProtocolLimits limits;
    private final ReceiveMemory memory;

    HttpInference(InferenceEndpoint endpoint, ProtocolLimits limits, ReceiveMemory memory) {
        this.endpoint = endpoint;
        this.codec = new JsonInferCodec(limits);
        this.limits = limits;
        this.memory = memory;
    }

    /** Answers a request; the future fails with what {@link FailureStatus} has a status for. */
    CompletableFuture<HttpResponse> infer(
            ServiceRequestContext context, HttpRequest request, ServedModel model) {
        String encoded = request.headers().get(HttpHeaderNames.CONTENT_ENCODING);
        Optional<BodyEncoding> encoding = BodyEncoding.of(encoded);
        if (encoding.isEmpty()) {
            return CompletableFuture.completedFuture(
                    RefusedRequest.answer(request, unsupported(encoded)));
        }
        return HttpBody.receive(context, request, limits.maxMessageBytes(), memory)
                .thenComposeAsync(
                        body -> run(context, read(request.headers(), model, body, encoding.get())),
                        context.blockingTaskExecutor());
    }

    private CompletableFuture<HttpResponse> run(
            ServiceRequestContext context, HttpInferRequest request) {
        CompletableFuture<InferResponse> answer =
                endpoint.infer(request.request(), Deadline.none());
        CompletableFuture<?> unused =
                context.whenRequestCancelling().thenAccept(cause -> answer.cancel(false));
        return answer.thenApplyAsync(
                response -> {
                    ReceiveMemory.answering(context, response.outputs().byteSize());
                    return answered(response, request);
                },
                context.blockingTaskExecutor());
    }

    private HttpInferRequest read(
            RequestHeaders headers, ServedModel model, HttpBody body, BodyEncoding encoding) {
        try {
            HttpInferRequest request =
                    codec.readRequest(
                            model, ByteBuffer.wrap(body.decoded(encoding)), headerLength(headers));
            body.understood();
            return request;
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
            throw FailureStatus.invalid(noSuchForm.getMessage());
        }
    }

    private static byte[] joined(HttpInferResponse body) {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(body.byteSize()));
        body.parts().forEach(part -> all.put(part.duplicate()));
        return all.array();
    }

    private static HttpResponse unsupported(String encoding) {
        return JsonErrors.response(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                "Cannot read request: its content-encoding is '%s'. Send it as it is, or in one of: %s."
                        .formatted(encoding, BodyEncoding.ALL),
                headers -> headers.add(HttpHeaderNames.ACCEPT_ENCODING, BodyEncoding.ALL));
    }

    private static OptionalInt headerLength(RequestHeaders headers) {
        String length = headers.get(JsonInferCodec.HEADER_LENGTH);
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
}
