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

/** The command {@code digits generate}: draws the data set. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        description = {
            "Draws labelled 32 x 32 JPEG images of digits into a directory.",
            "",
            "Two in three are handwritten-style strokes, the others use the fonts of this machine;"
                    + " all are rotated, sheared, distorted, blurred and unevenly lit. The same seed"
                    + " gives the same files on machines with the same Java and the same fonts.",
            "",
            "Writes images/<label>/<number>.jpg and the file lists train.txt and test.txt.",
            ""
        })
@Internal
public final class DigitsGenerateCommand implements Callable<Integer> {
    @Option(
            names = "--output",
            paramLabel = "DIR",
            required = true,
            description = "Directory to write; it must not hold images yet.")
    private Path output;

    @Option(
            names = "--train",
            paramLabel = "N",
            defaultValue = "3000",
            description = "Images to train with, at least 10.")
    private int train;

    @Option(
            names = "--test",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Images to test with, at least 10.")
    private int test;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "20260101",
            description = "Seed of every random choice.")
    private long seed;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        System.setProperty("java.awt.headless", "true");
        PrintWriter out = spec.commandLine().getOut();
        DigitFonts fonts = DigitFonts.available();
        out.printf("Drawing %,d images with %s.%n", train + test, fonts.describe());
        out.flush();
        try {
            DigitsDataSet.write(output, train, test, seed, new DigitPainter(fonts));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        out.printf("Wrote %,d images to train and %,d to test in %s.%n", train, test, output);
        return 0;
    }
}
