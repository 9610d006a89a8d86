package io.flinkgpu.inference.health;

import org.apache.flink.annotation.PublicEvolving;

/** What can be suspected and blocked. */
@PublicEvolving
public enum Level {
    /** One accelerator of a process, by its UUID. */
    DEVICE,
    /** One server of a pool, by its {@code host:port}. */
    REPLICA,
    /** A machine with all its task managers, by Flink's node id. */
    NODE
}
