package io.flinkgpu.resources.device;

import org.apache.flink.annotation.Internal;

/**
 * Stops the start of a task manager that cannot give the devices that its configuration promises.
 *
 * <p>An {@link Error} because Flink 2.3's {@code ExternalResourceUtils} logs every {@link
 * Exception} of a driver and starts the task manager without devices, whose slots then promise what
 * it does not have.
 */
@Internal
public final class GpuDriverError extends Error {

    private static final long serialVersionUID = 1L;

    GpuDriverError(String message) {
        super(message);
    }

    GpuDriverError(String message, Throwable cause) {
        super(message, cause);
    }
}
