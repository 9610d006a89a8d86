package io.flinkgpu.connectors.kafka;

import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;

/**
 * A record that could not be decoded, and why.
 *
 * @param exception the simple name of the exception's class
 * @param cause the exception's message; empty if it has none
 */
@PublicEvolving
public record RejectedPayload(KafkaPayload payload, String exception, String cause) {

    public RejectedPayload {
        Objects.requireNonNull(payload, "payload");
        Objects.requireNonNull(exception, "exception");
        Objects.requireNonNull(cause, "cause");
    }

    static RejectedPayload of(KafkaPayload payload, Throwable failure) {
        return new RejectedPayload(
                payload,
                failure.getClass().getSimpleName(),
                Objects.requireNonNullElse(failure.getMessage(), ""));
    }
}
