package io.flinkgpu.resources.device;

import org.apache.flink.annotation.PublicEvolving;

/** Thrown when it cannot be told which devices there are; no device is not an error. */
@PublicEvolving
public final class DeviceDiscoveryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DeviceDiscoveryException(String message) {
        super(message);
    }

    DeviceDiscoveryException(String message, Throwable cause) {
        super(message, cause);
    }
}
