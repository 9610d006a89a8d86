package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.protocol.InferTrailers;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Arrays;
import java.util.regex.Pattern;
import javax.annotation.Nullable;
import javax.net.ssl.SSLException;

/**
 * Why an attempt gave no answer, and what that means for the call.
 *
 * @param errorClass of a run that failed, as the replica says; UNKNOWN if it does not
 * @param pushbackMillis how long the replica asks not to be asked; 0: not at all
 */
record AttemptFailure(
        Kind kind,
        ErrorClass errorClass,
        ReplicaAddress replica,
        Status status,
        String reason,
        long pushbackMillis) {

    /** What to do about it. */
    enum Kind {
        /** The replica is away: another one is asked. */
        LOST,
        /** The replica is busy: another one is asked. */
        PUSHED_BACK,
        /** The replica did not start it in time and gave it back: another one is asked. */
        SPILLED_BACK,
        /** The replica does not let us in. */
        DENIED,
        /** The replica does not serve the model. */
        MODEL_UNKNOWN,
        /** The input is at fault. */
        INVALID_INPUT,
        /** A message is larger than one side allows. */
        TOO_LARGE,
        /** The device has too little memory for the rows, be they run one by one. */
        OUT_OF_MEMORY,
        /** The device was lost in the run of the rows, which may be the cause. */
        DEVICE_LOST,
        /** The device works badly, which says nothing of the rows: another replica is asked. */
        DEVICE_SICK,
        /** The run failed, or the server is broken. */
        RUN_FAILED
    }

    private static final long MAX_PUSHBACK_MILLIS = 60_000;
    // grpc-java and Armeria; grpc's C core.
    private static final Pattern TOO_LARGE_MESSAGE =
            Pattern.compile("exceeds maximum|larger than max", Pattern.CASE_INSENSITIVE);

    /** Reads the end of a call on a replica. */
    static AttemptFailure of(ReplicaAddress replica, Status status, Metadata trailers) {
        long pushback = pushbackMillis(trailers.get(InferTrailers.PUSHBACK));
        ErrorClass errorClass = errorClass(trailers);
        Kind kind =
                trailers.containsKey(InferTrailers.WITHDRAWN)
                        ? Kind.SPILLED_BACK
                        : kind(status, pushback, errorClass);
        return new AttemptFailure(kind, errorClass, replica, status, reason(status), pushback);
    }

    private static ErrorClass errorClass(Metadata trailers) {
        String name = trailers.get(InferTrailers.ERROR_CLASS);
        return Arrays.stream(ErrorClass.values())
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(ErrorClass.UNKNOWN);
    }

    /** For messages: who, and what it said. */
    String describe() {
        return "replica %s: %s".formatted(replica, reason);
    }

    /** Whether the replica ran the rows and failed. */
    boolean isOfRun() {
        return kind == Kind.RUN_FAILED
                || kind == Kind.OUT_OF_MEMORY
                || kind == Kind.DEVICE_LOST
                || kind == Kind.DEVICE_SICK;
    }

    /** Whether it may be the fault of some of the rows, or of their number. */
    boolean mayBeOfRows() {
        return isOfRun() || kind == Kind.INVALID_INPUT || kind == Kind.TOO_LARGE;
    }

    /** Whether the replica may take fewer rows. */
    boolean mayBeOfSize() {
        return kind == Kind.TOO_LARGE
                || (kind == Kind.INVALID_INPUT && errorClass != ErrorClass.DATA);
    }

    /** Whether it shows that the replica lets us in. */
    boolean isAnswer() {
        return kind != Kind.DENIED && kind != Kind.LOST;
    }

    private static Kind kind(Status status, long pushbackMillis, ErrorClass errorClass) {
        return switch (status.getCode()) {
            case UNAVAILABLE -> unavailable(status, pushbackMillis, errorClass);
            case DEADLINE_EXCEEDED -> Kind.LOST;
            // With a cause it is our side that could not read or write a message.
            case CANCELLED -> status.getCause() == null ? Kind.LOST : Kind.RUN_FAILED;
            case RESOURCE_EXHAUSTED -> exhausted(status, pushbackMillis, errorClass);
            case UNAUTHENTICATED, PERMISSION_DENIED -> Kind.DENIED;
            case NOT_FOUND -> Kind.MODEL_UNKNOWN;
            case INVALID_ARGUMENT -> Kind.INVALID_INPUT;
            default -> errorClass == ErrorClass.SICK_DEVICE ? Kind.DEVICE_SICK : Kind.RUN_FAILED;
        };
    }

    private static Kind unavailable(Status status, long pushbackMillis, ErrorClass errorClass) {
        if (errorClass == ErrorClass.FATAL_DEVICE) {
            return Kind.DEVICE_LOST;
        }
        if (deniesHandshake(status.getCause())) {
            return Kind.DENIED;
        }
        return pushbackMillis > 0 ? Kind.PUSHED_BACK : Kind.LOST;
    }

    private static Kind exhausted(Status status, long pushbackMillis, ErrorClass errorClass) {
        if (errorClass == ErrorClass.OUT_OF_MEMORY) {
            return Kind.OUT_OF_MEMORY;
        }
        String description = status.getDescription();
        boolean tooLarge =
                pushbackMillis == 0
                        && description != null
                        && TOO_LARGE_MESSAGE.matcher(description).find();
        return tooLarge ? Kind.TOO_LARGE : Kind.PUSHED_BACK;
    }

    /** A connection that breaks during the handshake is lost; one that is refused is denied. */
    private static boolean deniesHandshake(@Nullable Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof CertificateException
                    || each instanceof CertPathValidatorException) {
                return true;
            }
            // A replica that is paused answers no handshake in time: it is lost, not unwilling.
            if (each instanceof SslHandshakeTimeoutException) {
                return false;
            }
            if (each instanceof SSLException
                    && !String.valueOf(each.getMessage()).contains("closed")) {
                return true;
            }
        }
        return false;
    }

    private static long pushbackMillis(@Nullable String header) {
        try {
            long millis = header == null ? 0 : Long.parseLong(header.trim());
            return Math.max(0, Math.min(MAX_PUSHBACK_MILLIS, millis));
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }

    private static String reason(Status status) {
        StringBuilder reason = new StringBuilder(status.getCode().name());
        if (status.getDescription() != null) {
            reason.append(": ").append(status.getDescription());
        }
        Throwable cause = status.getCause();
        while (cause != null) {
            if ((cause instanceof IOException || cause.getCause() == null)
                    && cause.getMessage() != null) {
                reason.append(": ").append(cause.getMessage());
            }
            cause = cause.getCause();
        }
        return reason.toString();
    }
}
