package io.flinkgpu.resources.lease;

/**
 * Thrown when no device has room for a lease; it names each device with its holders. Retryable once
 * one of them closes.
 */
public final class DeviceOversubscribedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    DeviceOversubscribedException(String message) {
        super(message);
    }
}
