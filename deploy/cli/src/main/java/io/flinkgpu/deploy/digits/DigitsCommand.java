package io.flinkgpu.deploy.digits;

import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code digits}: makes the example's data set and model again. */
@Command(
        name = "digits",
        mixinStandardHelpOptions = true,
        description = {
            "Makes the digits example again: its images, and the model trained on them.",
            ""
        },
        footer = {
            "",
            "Example:",
            "  ./flink-gpu digits generate --output digits",
            "  ./flink-gpu digits train --data digits",
            "  ./flink-gpu digits export --model digits/model --output digits.npz"
        },
        subcommands = {
            DigitsGenerateCommand.class,
            DigitsTrainCommand.class,
            DigitsExportCommand.class
        })
@Internal
public final class DigitsCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Missing subcommand: choose generate, train or export.");
    }
}
