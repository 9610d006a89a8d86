package io.flinkgpu.resources.lease;

import org.apache.flink.annotation.Internal;

/**
 * Thrown when no device has room for a lease; it names each device with its holders. Retryable once
 * one of them closes.
 */
@Internal
public final class DeviceOversubscribedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    DeviceOversubscribedException(String message) {
        super(message);
    }
}
