package io.flinkgpu.resources.lease;

/** Thrown when the process has no device that a lease could ever be on. Not retryable. */
public final class NoDeviceException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    NoDeviceException(String message) {
        super(message);
    }
}
