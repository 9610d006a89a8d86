package io.flinkgpu.inference.fault;

import org.apache.flink.annotation.PublicEvolving;

/** The class of a failure, which decides what is blamed for it: a device, a replica or a row. */
@PublicEvolving
public enum ErrorClass {
    /** The device is broken, or its state is: whatever runs on it next fails, too. */
    FATAL_DEVICE,
    /**
     * The device fails rows that it has run before: it works badly, and its failures say nothing of
     * the rows.
     */
    SICK_DEVICE,
    /** The batch needs more memory than the device has left; a smaller one may pass. */
    OUT_OF_MEMORY,
    /** The model cannot be loaded or is not what it should be. */
    MODEL_LOAD,
    /** No answer in time. */
    TIMEOUT,
    /** The way to the replica is lost, or the replica takes nothing at the moment. */
    CONNECTION,
    /** The rows are not what the model takes, or make it fail. */
    DATA,
    /** None of these; taken as a failure of the run. */
    UNKNOWN;

    /** Whether the same rows may pass on another device or replica. */
    public boolean mayPassElsewhere() {
        return this != DATA && this != MODEL_LOAD;
    }

    /** Whether it says by itself that the device is at fault, and not the rows. */
    public boolean blamesDevice() {
        return this == FATAL_DEVICE || this == SICK_DEVICE;
    }

    /** Whether it tells against the device that it happened on. */
    public boolean isOfDevice() {
        return blamesDevice() || this == TIMEOUT || this == UNKNOWN;
    }
}
