package io.flinkgpu.deploy.digits;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code digits train}: trains and exports the model. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        description = {
            "Trains a small convolutional network on a directory written by 'digits generate'.",
            "",
            "Learns from the files in train.txt, exports a TensorFlow SavedModel and the same model"
                    + " as an ONNX file, loads the first again and"
                    + " measures its accuracy on the files in test.txt. Uses the CPU; the defaults"
                    + " take about a minute on two cores.",
            ""
        })
@Internal
public final class DigitsTrainCommand implements Callable<Integer> {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "Directory with train.txt, test.txt and the images.")
    private Path data;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description =
                    "Directory of the SavedModel; a model in it is replaced, and so is digits.onnx"
                            + " beside it."
                            + " Default: 'model' in the directory of --data.")
    private Path output;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "25",
            description = "How often every image is seen, at least 1.")
    private int epochs;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Seed of the weights, of the order of the images and of their changes.")
    private long seed;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        System.setProperty("java.awt.headless", "true");
        PrintWriter out = spec.commandLine().getOut();
        Path directory = output == null ? data.resolve("model") : output;
        DigitsTrainer trainer = new DigitsTrainer(config(), out);
        DigitsDataSet files = DigitsDataSet.open(data);
        out.printf(
                "Training on %,d images, testing on %,d.%n",
                files.train().size(), files.test().size());
        out.flush();
        TrainingReport report = trainer.train(files, directory);
        out.printf(
                "Test accuracy %.4f after %d s. Wrote the model to %s and %s.%n",
                report.testAccuracy(),
                report.duration().toSeconds(),
                directory,
                DigitsTrainer.onnxFile(directory));
        return 0;
    }

    private TrainingConfig config() {
        try {
            return TrainingConfig.of(epochs, seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
