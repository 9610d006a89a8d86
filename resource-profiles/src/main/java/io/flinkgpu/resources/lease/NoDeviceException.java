package io.flinkgpu.resources.lease;

import org.apache.flink.annotation.Internal;

/** Thrown when the process has no device that a lease could ever be on. Not retryable. */
@Internal
public final class NoDeviceException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    NoDeviceException(String message) {
        super(message);
    }
}
