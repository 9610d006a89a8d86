package io.flinkgpu.deploy.digits;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code digits weights}: writes the model's weights for numpy. */
@Command(
        name = "weights",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes the weights of a trained model as a file of numpy arrays (.npz), which the class"
                    + " examples/digits/digits.py:Digits reads.",
            ""
        })
@Internal
public final class DigitsWeightsCommand implements Callable<Integer> {
    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description = "SavedModel written by 'digits train'.")
    private Path model;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            required = true,
            description = "File to write, such as digits.npz; it is replaced.")
    private Path output;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        try (DigitsModel digits = DigitsModel.load(model)) {
            NumpyArchive.write(output, digits.weights());
        }
        spec.commandLine().getOut().printf("Wrote the weights to %s.%n", output);
        return 0;
    }
}
