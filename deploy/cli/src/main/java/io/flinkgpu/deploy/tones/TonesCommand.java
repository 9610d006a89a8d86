package io.flinkgpu.deploy.tones;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import org.apache.flink.annotation.Internal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code tones}: makes the audio example's recordings and model again. */
@Command(
        name = "tones",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        description = {
            "Makes the tones example again: recordings of dialled telephone numbers, and a model"
                    + " that hears the keys.",
            "",
            "Writes recordings/<number>.wav and tones.onnx. The same seed gives the same files.",
            ""
        })
@Internal
public final class TonesCommand implements Callable<Integer> {

    /** A telephone line, and what sound cards record. */
    private static final List<AudioFormat> FORMATS =
            List.of(
                    new AudioFormat(Encoding.ULAW, 8_000, 8, 1, 1, 8_000, false),
                    new AudioFormat(8_000, 16, 1, true, false),
                    new AudioFormat(11_025, 16, 1, true, false),
                    new AudioFormat(16_000, 16, 2, true, false));

    /** Those keys that file systems take in names. */
    private static final String KEYS = "0123456789ABCD";

    private static final int FEWEST_KEYS = 3;
    private static final int MOST_KEYS = 8;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            required = true,
            description = "Directory to write; files of the same names are replaced.")
    private Path output;

    @Option(
            names = "--recordings",
            paramLabel = "N",
            defaultValue = "8",
            description = "How many numbers are dialled.")
    private int recordings;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "20260101",
            description = "Seed of the numbers and of the noise.")
    private long seed;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path directory = Files.createDirectories(output.resolve("recordings"));
        Random random = new Random(seed);
        for (int i = 0; i < recordings; i++) {
            String number = number(random);
            new DialledNumber(number, FORMATS.get(i % FORMATS.size()), random.nextLong())
                    .write(directory.resolve(number + ".wav"));
        }
        ToneDetector.write(output.resolve("tones.onnx"));
        PrintWriter out = spec.commandLine().getOut();
        out.printf("Wrote %d recordings and tones.onnx to %s.%n", recordings, output);
        return 0;
    }

    private static String number(Random random) {
        int length = FEWEST_KEYS + random.nextInt(MOST_KEYS - FEWEST_KEYS + 1);
        StringBuilder number = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            number.append(KEYS.charAt(random.nextInt(KEYS.length())));
        }
        return number.toString();
    }
}
