package io.flinkgpu.resources.lease;

import org.apache.flink.annotation.Internal;

/**
 * Thrown when every device with room for a lease is blocked; it names the blocks. Retryable once
 * one of them ends, and elsewhere.
 */
@Internal
public final class DeviceBlockedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    DeviceBlockedException(String message) {
        super(message);
    }
}
