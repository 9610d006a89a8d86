package io.flinkgpu.deploy.pool;

import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Command;

/** {@code flink-gpu pool}: starts, shows, scales and stops pools of replicas. */
@Command(
        name = "pool",
        description = "Start, show, scale or stop a pool of GPU task managers that serve models.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(start | status | scale | stop)",
        subcommands = {
            PoolStartCommand.class,
            PoolStatusCommand.class,
            PoolScaleCommand.class,
            PoolStopCommand.class
        })
@Internal
public final class PoolCommand {

    /** Exit code of a command that did what it was asked to. */
    static final int OK = 0;

    /** Exit code of {@code status} when a replica is not ready. */
    static final int NOT_READY = 1;

    /** How long a command waits for replicas unless told otherwise. */
    static final int DEFAULT_TIMEOUT_SECONDS = 300;
}
