package io.flinkgpu.deploy.digits;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code digits export}: writes a trained model as an ONNX file. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes a model that 'digits train' has made as an ONNX file, which 'digits train' does,"
                    + " too.",
            ""
        })
@Internal
public final class DigitsExportCommand implements Callable<Integer> {
    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description = "Directory of the SavedModel.")
    private Path model;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            required = true,
            description = "The ONNX file, which is replaced if it is there.")
    private Path output;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        try (DigitsModel trained = DigitsModel.load(model)) {
            DigitsOnnx.write(trained.weights(), output);
        }
        spec.commandLine().getOut().printf("Wrote the model to %s.%n", output);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
