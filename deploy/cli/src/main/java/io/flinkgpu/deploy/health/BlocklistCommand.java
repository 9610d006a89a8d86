package io.flinkgpu.deploy.health;

import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Command;

/** {@code flink-gpu blocklist}: shows and changes which nodes a cluster leaves alone. */
@Command(
        name = "blocklist",
        description = "List, add or remove nodes and devices that get no work for a while.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(list | add | remove)",
        subcommands = {
            BlocklistListCommand.class,
            BlocklistAddCommand.class,
            BlocklistRemoveCommand.class
        })
@Internal
public final class BlocklistCommand {

    /** Exit code of a command that did what it was asked to. */
    static final int OK = 0;

    /** Exit code of a command that could not. */
    static final int REFUSED = 1;
}
