package io.flinkgpu.inference.detector;

/** What can be suspected and blocked. */
public enum Level {
    /** One accelerator of a process, by its UUID. */
    DEVICE,
    /** One server of a pool, by its {@code host:port}. */
    REPLICA,
    /** A machine with all its task managers, by Flink's node id. */
    NODE
}
