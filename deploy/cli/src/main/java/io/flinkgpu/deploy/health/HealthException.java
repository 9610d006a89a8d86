package io.flinkgpu.deploy.health;

import org.apache.flink.annotation.Internal;

/** Something cannot be done to a blocklist; the message says what and why. */
@Internal
public final class HealthException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    HealthException(String message) {
        super(message);
    }

    HealthException(String message, Throwable cause) {
        super(message, cause);
    }
}
