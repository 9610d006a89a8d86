package io.flinkgpu.inference.model;

import org.apache.flink.annotation.PublicEvolving;

/**
 * The device that a batch ran on, or waited for, is not to be used any more: it failed, or a run on
 * it does not end.
 *
 * <p>The rows are not to blame: they may pass on another device.
 */
@PublicEvolving
public class DeviceLostException extends ModelRunException {

    private static final long serialVersionUID = 1L;

    public DeviceLostException(String message) {
        super(message);
    }

    public DeviceLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
