package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.DeadlineExceededException;
import io.flinkgpu.inference.model.DeviceLostException;
import io.flinkgpu.inference.model.ErrorClasses;
import io.flinkgpu.inference.model.NotStartedException;
import io.flinkgpu.inference.pool.protocol.InferTrailers;
import io.flinkgpu.inference.process.Causes;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.CancellationException;

/** The gRPC status that a client gets for a failure. */
final class FailureStatus {

    private FailureStatus() {}

    static StatusRuntimeException full(String model, int waitingRows, Duration pushback) {
        Metadata trailers = new Metadata();
        trailers.put(InferTrailers.PUSHBACK, String.valueOf(pushback.toMillis()));
        return Status.RESOURCE_EXHAUSTED
                .withDescription(
                        "Cannot take request for model '%s': %d rows wait for it. Come back in %d ms."
                                .formatted(model, waitingRows, pushback.toMillis()))
                .asRuntimeException(trailers);
    }

    static StatusRuntimeException unavailable(String model, String reason) {
        return Status.UNAVAILABLE
                .withDescription("Cannot run model '%s': %s.".formatted(model, reason))
                .asRuntimeException();
    }

    static StatusRuntimeException invalid(String message) {
        return Status.INVALID_ARGUMENT.withDescription(message).asRuntimeException();
    }

    /** The status for what a request failed with. */
    static StatusRuntimeException of(Throwable failure) {
        Throwable cause = Causes.unwrapped(failure);
        if (cause instanceof StatusRuntimeException already) {
            return already;
        }
        if (cause instanceof NotStartedException) {
            return withdrawn(cause);
        }
        return code(cause)
                .withDescription(message(cause))
                .withCause(cause)
                .asRuntimeException(errorClass(cause));
    }

    private static Metadata errorClass(Throwable cause) {
        Metadata trailers = new Metadata();
        ErrorClass errorClass = ErrorClasses.of(cause);
        if (errorClass != ErrorClass.UNKNOWN) {
            trailers.put(InferTrailers.ERROR_CLASS, errorClass.name());
        }
        return trailers;
    }

    private static StatusRuntimeException withdrawn(Throwable cause) {
        Metadata trailers = new Metadata();
        trailers.put(InferTrailers.WITHDRAWN, "true");
        return Status.RESOURCE_EXHAUSTED
                .withDescription(message(cause))
                .asRuntimeException(trailers);
    }

    private static Status code(Throwable cause) {
        if (cause instanceof DeadlineExceededException) {
            return Status.DEADLINE_EXCEEDED;
        }
        if (cause instanceof DeviceLostException) {
            return Status.UNAVAILABLE;
        }
        if (cause instanceof ShapeMismatchException) {
            return Status.INVALID_ARGUMENT;
        }
        if (cause instanceof CancellationException) {
            return Status.CANCELLED;
        }
        return switch (ErrorClasses.of(cause)) {
            case OUT_OF_MEMORY -> Status.RESOURCE_EXHAUSTED;
            case DATA -> Status.INVALID_ARGUMENT;
            default -> Status.INTERNAL;
        };
    }

    private static String message(Throwable cause) {
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
