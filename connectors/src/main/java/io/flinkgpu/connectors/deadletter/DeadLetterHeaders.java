package io.flinkgpu.connectors.deadletter;

import io.flinkgpu.inference.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The headers of a dead letter's record, which say why it is there; UTF-8 text. */
@PublicEvolving
public final class DeadLetterHeaders {

    /** The {@link io.flinkgpu.inference.fault.ErrorClass}. */
    public static final String ERROR_CLASS = "inference.error.class";

    /** Simple name of the exception's class. */
    public static final String EXCEPTION = "inference.error.exception";

    /** The exception's message, its first {@value #MAX_CAUSE_LENGTH} characters. */
    public static final String CAUSE = "inference.error.cause";

    /** How often the row was sent to a model. */
    public static final String ATTEMPTS = "inference.attempts";

    /** The replica or device that failed last; empty if none did. */
    public static final String PLACE = "inference.place";

    /** When the row entered the operator, ISO-8601, UTC. */
    public static final String ARRIVED_AT = "inference.arrived-at";

    /** When the row was given up, ISO-8601, UTC. */
    public static final String FAILED_AT = "inference.failed-at";

    /** Size in bytes of a row that is too large for a record, whose value is empty for it. */
    public static final String OMITTED_BYTES = "inference.omitted-bytes";

    /** Where a record that could not be decoded was read, such as {@code images-3@1042}. */
    public static final String ORIGIN = "inference.origin";

    /** All of them: what is left are the headers that the row's record had before. */
    public static final Set<String> NAMES =
            Set.of(
                    ERROR_CLASS,
                    EXCEPTION,
                    CAUSE,
                    ATTEMPTS,
                    PLACE,
                    ARRIVED_AT,
                    FAILED_AT,
                    OMITTED_BYTES,
                    ORIGIN);

    static final int MAX_CAUSE_LENGTH = 4_096;

    private DeadLetterHeaders() {}

    static Headers of(DeadLetter<?> letter) {
        Headers headers = new RecordHeaders();
        add(headers, ERROR_CLASS, letter.errorClass().toString());
        add(headers, EXCEPTION, letter.exception());
        add(headers, CAUSE, shortened(letter.cause()));
        add(headers, ATTEMPTS, String.valueOf(letter.attempts()));
        add(headers, PLACE, letter.place());
        add(headers, ARRIVED_AT, Instant.ofEpochMilli(letter.arrivedAtMillis()).toString());
        add(headers, FAILED_AT, Instant.ofEpochMilli(letter.failedAtMillis()).toString());
        return headers;
    }

    static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Exceptions need no message. */
    static String shortened(String cause) {
        String text = Objects.requireNonNullElse(cause, "");
        return text.substring(0, Math.min(text.length(), MAX_CAUSE_LENGTH));
    }
}
