package io.flinkgpu.deploy.model;

import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Command;

/** {@code flink-gpu model}: looks at models. */
@Command(
        name = "model",
        description = "Show what a model is, and measure how fast it runs.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(inspect)",
        subcommands = ModelInspectCommand.class)
@Internal
public final class ModelCommand {

    /** Exit code of a command that did what it was asked to. */
    static final int OK = 0;
}
