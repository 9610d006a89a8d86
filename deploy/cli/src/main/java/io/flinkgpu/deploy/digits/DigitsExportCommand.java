package io.flinkgpu.deploy.digits;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code digits export}: writes a trained model in another form. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes a model that 'digits train' has made as an ONNX file (*.onnx), which 'digits"
                    + " train' does, too, or its weights as numpy arrays (*.npz), which the class"
                    + " examples/digits/digits.py:Digits reads.",
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
            description = "The file, *.onnx or *.npz, which is replaced if it is there.")
    private Path output;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        boolean numpy = output.toString().endsWith(".npz");
        if (!numpy && !output.toString().endsWith(".onnx")) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid --output: %s. It must end in .onnx or .npz.".formatted(output));
        }
        try (DigitsModel trained = DigitsModel.load(model)) {
            if (numpy) {
                NumpyArchive.write(output, trained.weights());
            } else {
                DigitsOnnx.write(trained.weights(), output);
            }
        }
        spec.commandLine()
                .getOut()
                .printf("Wrote the %s to %s.%n", numpy ? "weights" : "model", output);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
