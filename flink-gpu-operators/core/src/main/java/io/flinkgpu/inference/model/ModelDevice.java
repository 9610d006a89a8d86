package io.flinkgpu.inference.model;

import io.flinkgpu.resources.lease.DeviceLease;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.MemorySize;

/**
 * Where a model runs: the host's CPU or one accelerator of this process.
 *
 * @param id stable within the process; models are shared per id
 * @param ordinal position among the accelerators that this process sees, from 0
 * @param memoryCapBytes how much of the accelerator's memory may be used, 0 without a cap
 * @param memoryBytes the accelerator's whole memory, 0 for the CPU
 */
@PublicEvolving
public record ModelDevice(
        String id, Kind kind, int ordinal, long memoryCapBytes, long memoryBytes) {

    /** What kind of hardware stands behind a device. */
    public enum Kind {
        /** The processor itself: no accelerator was asked for. */
        CPU,
        /** A GPU. */
        GPU,
        /** A stand-in where no GPU exists; computes on the processor. */
        SIMULATED_GPU
    }

    /** The host's processor. */
    public static ModelDevice cpu() {
        return new ModelDevice("cpu", Kind.CPU, 0, 0, 0);
    }

    /** The leased device; capped at the lease's memory if it is shared. */
    public static ModelDevice of(DeviceLease lease) {
        MemorySize memory = lease.device().memory();
        return new ModelDevice(
                lease.device().uuid(),
                lease.device().simulated() ? Kind.SIMULATED_GPU : Kind.GPU,
                lease.device().index(),
                lease.share() < 1 ? lease.memoryCap().getBytes() : 0,
                memory.getBytes());
    }

    @Override
    public String toString() {
        return id;
    }
}
