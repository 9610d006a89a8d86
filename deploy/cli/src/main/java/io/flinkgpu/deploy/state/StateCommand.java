package io.flinkgpu.deploy.state;

import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Command;

/** {@code flink-gpu state}: looks into savepoints and checkpoints. */
@Command(
        name = "state",
        description = "Show what a savepoint or checkpoint holds.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "inflight",
        subcommands = StateInflightCommand.class)
@Internal
public final class StateCommand {}
