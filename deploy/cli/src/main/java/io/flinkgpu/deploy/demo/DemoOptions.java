package io.flinkgpu.deploy.demo;

import io.flinkgpu.connectors.image.ImageDecoding;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.model.ModelArgument;
import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.PoolOptions;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.annotation.Nullable;
import picocli.CommandLine.Option;

/** The options of a demo that say what it runs. */
final class DemoOptions {

    /** Makes a run over the example's test files last for some checkpoints. */
    static final int DEFAULT_REPEAT = 30;

    private static final DateTimeFormatter RUN_NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT);

    @Option(
            names = "--input",
            paramLabel = "PATH",
            description =
                    "Directory of JPEG or PNG files, a file, or a list of files (*.txt, one path a line, relative to the list). Default: the digits' test files.")
    private Path input;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description =
                    "TensorFlow SavedModel (directory), ONNX file (*.onnx, *.ort) or Python code (file.py:Class), with [RUNTIME:] in front where its name does not tell. A relative path that is not here is looked for beside the digits' model. Default: the digits' SavedModel.")
    private String model;

    @Option(
            names = "--profiles",
            paramLabel = "FILE",
            description =
                    "YAML file with the stage profiles 'decode' and 'inference'. Default: examples/digits/profiles.yaml.")
    private Path profiles;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description =
                    "Empty or new directory for results, dead letters and checkpoints. Default: a new one below ~/.flink-gpu/demo.")
    private Path output;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "Subtasks of each stage (default: ${DEFAULT-VALUE}).")
    private int parallelism = 2;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            description =
                    "How often each file is read. Default: "
                            + DEFAULT_REPEAT
                            + " for the digits' test files, 1 for others.")
    private Integer repeat;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Most rows of an inference batch (default: ${DEFAULT-VALUE}).")
    private int batchSize = 32;

    @Option(
            names = "--image-size",
            paramLabel = "N",
            description =
                    "Height and width in pixels that the model takes (default: ${DEFAULT-VALUE}).")
    private int imageSize = 32;

    @Option(
            names = "--channels",
            paramLabel = "N",
            description =
                    "Channels that the model takes: 1 (luminance) or 3 (RGB) (default: ${DEFAULT-VALUE}).")
    private int channels = 1;

    @Option(
            names = "--max-pixels",
            paramLabel = "N",
            description =
                    "Largest image that is decoded, as width times height of its header (default: ${DEFAULT-VALUE}).")
    private long maxPixels = ImageDecoding.DEFAULT_MAX_PIXELS;

    @Option(
            names = "--signature",
            paramLabel = "NAME",
            description =
                    "The model's signature to run. Default: "
                            + ModelRef.DEFAULT_SIGNATURE
                            + ", or what --model names behind '#'.")
    private String signature;

    @Option(
            names = "--scores",
            paramLabel = "NAME",
            description =
                    "The model's float32 output with one score per class; '' for its only output (default: ${DEFAULT-VALUE}).")
    private String scores = "probabilities";

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description =
                    "Where the model runs: 'fused' (in the job) or 'separated' (in a pool). Default: what FLINK_GPU_MODE says, or else fused.")
    private String mode;

    @Option(
            names = "--pool",
            paramLabel = "ADDRESS",
            description =
                    "In mode separated: the pool to use, such as flink://localhost:8082/digits; several are separated by semicolons. Default: what FLINK_GPU_POOL says, or else clusters that the demo starts and stops.")
    private String pool;

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            description =
                    "Flink or inference option of the job, and of the Flink in this process; may be repeated.")
    private Map<String, String> options = new TreeMap<>();

    /**
     * The settings with all defaults filled in.
     *
     * @throws IllegalArgumentException naming invalid values
     * @throws io.flinkgpu.deploy.cluster.ClusterException if a default file is needed and the
     *     distribution cannot be found
     */
    DemoConfig toConfig() {
        return new DemoConfig(
                orExample(input, "test.txt"),
                Optional.ofNullable(output).orElseGet(DemoOptions::newRunDirectory),
                orExample(profiles, "profiles.yaml"),
                imageModel(),
                parallelism,
                Optional.ofNullable(repeat).orElse(input == null ? DEFAULT_REPEAT : 1),
                batchSize,
                inferenceMode(),
                poolAddresses(System.getenv(PoolOptions.ADDRESS_ENVIRONMENT_VARIABLE)),
                options);
    }

    private InferenceMode inferenceMode() {
        return mode == null
                ? InferenceMode.from(System.getenv())
                : InferenceMode.parse("--mode", mode);
    }

    /** As the job reads them, who would take them from the environment, too. */
    List<PoolAddress> poolAddresses(@Nullable String environment) {
        String text =
                Optional.ofNullable(pool).or(() -> Optional.ofNullable(environment)).orElse("");
        return Arrays.stream(text.split(";", -1))
                .filter(address -> !address.isBlank())
                .map(PoolAddress::parse)
                .toList();
    }

    private ImageModel imageModel() {
        ModelRef asked =
                model == null
                        ? ModelArgument.parse(orExample(null, "model").toString())
                        : ModelArgument.parse(model, DemoOptions::example);
        return new ImageModel(
                signature == null ? asked : asked.withSignature(signature),
                scores,
                ImageDecoding.of(imageSize, imageSize, channels).withMaxPixels(maxPixels));
    }

    private static Path orExample(Path given, String name) {
        return given == null ? example().resolve(name) : given;
    }

    private static Path example() {
        return Distribution.current().examples().resolve("digits");
    }

    private static Path newRunDirectory() {
        return Path.of(
                System.getProperty("user.home"),
                ".flink-gpu",
                "demo",
                RUN_NAME.format(LocalDateTime.now(ZoneId.systemDefault())));
    }
}
