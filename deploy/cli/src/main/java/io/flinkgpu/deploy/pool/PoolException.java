package io.flinkgpu.deploy.pool;

import org.apache.flink.annotation.Internal;

/** An action on a pool that could not be done; the message says why and what to do next. */
@Internal
public final class PoolException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PoolException(String message) {
        super(message);
    }

    PoolException(String message, Throwable cause) {
        super(message, cause);
    }
}
