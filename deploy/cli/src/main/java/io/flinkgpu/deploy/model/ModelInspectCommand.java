package io.flinkgpu.deploy.model;

import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.model.store.ModelCacheConfig;
import io.flinkgpu.inference.model.store.ModelStore;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.ServedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;
import org.apache.flink.util.TimeUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flink-gpu model inspect}. */
@Command(
        name = "inspect",
        description = {
            "Show a model's signature, versions, size and checksum; with --measure, how fast it runs.",
            "It is loaded in this process, on the processor, or asked for where a pool serves it."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ModelInspectCommand implements Callable<Integer> {

    private static final String FLINK_CONFIGURATION = "FLINK_CONF_DIR";

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "MODEL",
            description =
                    "Path or URI of the model, as [RUNTIME:]LOCATION[#SIGNATURE]; with --pool its name there.")
    private String model;

    @Option(
            names = "--pool",
            paramLabel = "ADDRESS",
            description = "The pool that serves it, such as flink://localhost:8082/digits.")
    private String pool;

    @Option(
            names = "--model-version",
            paramLabel = "N",
            description = "Which of its versions (default: the latest).")
    private Long version;

    @Option(
            names = "--measure",
            description = "Run batches of zeros in growing sizes, and suggest one.")
    private boolean measure;

    @Option(
            names = "--target-latency",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "With --measure: how long a batch may take, such as 20ms.")
    private Duration targetLatency;

    @Option(
            names = "--target-throughput",
            paramLabel = "ROWS/S",
            description = "With --measure: how many rows a second there have to be.")
    private Double targetRowsPerSecond;

    @Option(
            names = "--max-batch",
            paramLabel = "N",
            description = "With --measure: the largest batch (default: ${DEFAULT-VALUE}).")
    private int maxBatch = 256;

    @Option(
            names = "--measure-time",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "With --measure: how long each size is run (default: 1s).")
    private Duration timeOfSize = Duration.ofSeconds(1);

    @Option(names = "--json", description = "Print JSON, one line.")
    private boolean json;

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            description =
                    "Flink option, such as s3.endpoint=..., inference.model-cache.directory=DIR; may be repeated.")
    private Map<String, String> options = new TreeMap<>();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long loading may take (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds = 600;

    /** Reads a time as Flink's options have it. */
    static final class TimeConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return TimeUtils.parseDuration(text);
        }
    }

    @Override
    public Integer call() throws IOException, ModelLoadException, InterruptedException {
        requireAboveZero("--max-batch", maxBatch);
        requireAboveZero("--timeout", timeoutSeconds);
        try (Subject subject = pool == null ? located() : pooled()) {
            show(subject);
        }
        return ModelCommand.OK;
    }

    private static void requireAboveZero(String option, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "Invalid %s: %d. It must be at least 1.".formatted(option, value));
        }
    }

    private void show(Subject subject) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (!json) {
            InspectionText.print(subject.model(), out);
            out.flush();
        }
        List<BatchTiming> timings = List.of();
        BatchAdvice advice = null;
        if (measure) {
            timings =
                    new BatchMeter(subject.client(), subject.model().signature(), timeOfSize)
                            .measure(maxBatch);
            advice = BatchAdvice.of(timings, targetLatency, targetRowsPerSecond);
        }
        if (json) {
            out.println(InspectionJson.of(subject.model(), timings, advice));
        } else if (advice != null) {
            InspectionText.print(timings, advice, out);
        }
        out.flush();
    }

    private Subject located() throws IOException, ModelLoadException, InterruptedException {
        Configuration settings = settings();
        // Found in plugins/, as a task manager finds them.
        FileSystem.initialize(settings, PluginUtils.createPluginManagerFromRootFolder(settings));
        ModelCacheConfig cache = ModelCacheConfig.from(settings);
        ModelHost host = ModelHost.ofProcess();
        host.cacheModels(cache);
        Duration timeout = Duration.ofSeconds(timeoutSeconds);
        return LocatedSubject.load(
                ModelArgument.parse(model),
                version,
                host,
                new ModelStore(cache),
                new ModelUse(measure ? maxBatch : 1, 1, Duration.ZERO, timeout, timeout));
    }

    private Subject pooled() throws IOException, InterruptedException {
        return PoolSubject.ask(
                new ServedModel(model, version == null ? ServedModel.LATEST : version.toString()),
                PoolAddress.parse(pool),
                settings(),
                Duration.ofSeconds(timeoutSeconds));
    }

    /** Of Flink's configuration, if the environment names one, and over it the command's. */
    private Configuration settings() {
        String directory = System.getenv(FLINK_CONFIGURATION);
        Configuration settings =
                directory == null
                        ? new Configuration()
                        : GlobalConfiguration.loadConfiguration(directory);
        settings.addAll(Configuration.fromMap(options));
        return settings;
    }
}
