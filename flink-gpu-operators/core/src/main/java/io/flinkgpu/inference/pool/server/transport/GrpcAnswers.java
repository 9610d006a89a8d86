package io.flinkgpu.inference.pool.server.transport;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.grpc.protocol.StatusMessageEscaper;
import io.grpc.Status;
import org.apache.flink.annotation.Internal;

/** Calls over gRPC that end before a service answers them, by a status without a message. */
@Internal
public final class GrpcAnswers {

    private static final MediaType GRPC = MediaType.parse("application/grpc+proto");

    private GrpcAnswers() {}

    /** Whether a request is one of gRPC's, by its content type. */
    public static boolean isGrpc(RequestHeaders request) {
        MediaType type = request.contentType();
        return type != null
                && type.type().equals("application")
                && type.subtype().startsWith("grpc");
    }

    /** Headers that end a call with a status; nothing follows them. */
    public static ResponseHeaders headers(Status.Code code, String message) {
        return ResponseHeaders.builder(HttpStatus.OK)
                .contentType(GRPC)
                .endOfStream(true)
                .add("grpc-status", String.valueOf(code.value()))
                .add("grpc-message", StatusMessageEscaper.escape(message))
                .build();
    }

    /** The code for what HTTP has a status for. */
    static Status.Code code(HttpStatus status) {
        return switch (status.code()) {
            case 400 -> Status.Code.INVALID_ARGUMENT;
            case 401 -> Status.Code.UNAUTHENTICATED;
            case 404, 405 -> Status.Code.UNIMPLEMENTED;
            case 413, 429, 431 -> Status.Code.RESOURCE_EXHAUSTED;
            case 503 -> Status.Code.UNAVAILABLE;
            default -> Status.Code.INTERNAL;
        };
    }
}
