package io.flinkgpu.inference.model;

import org.apache.flink.annotation.PublicEvolving;

/**
 * The device that a batch ran on, or waited for, is not to be used any more: it failed, or a run on
 * it does not end.
 *
 * <p>Rows that waited are not to blame: they may pass on another device. Rows in whose run it was
 * lost may be the cause.
 */
@PublicEvolving
public class DeviceLostException extends ModelRunException {

    private static final long serialVersionUID = 1L;

    private boolean duringRun;

    public DeviceLostException(String message) {
        super(message);
    }

    public DeviceLostException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The same for the rows in whose run the device was lost. */
    public DeviceLostException duringItsRun() {
        DeviceLostException copy = new DeviceLostException(getMessage(), getCause());
        copy.at(place());
        copy.duringRun = true;
        return copy;
    }

    /** Whether the device was lost in the run of these rows, rather than while they waited. */
    public boolean mayBeCausedByRows() {
        return duringRun;
    }
}
