package io.flinkgpu.inference.python;

import io.flinkgpu.inference.config.CheckedOptions;
import io.flinkgpu.inference.model.ModelRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;

/**
 * The options of one model, read and checked.
 *
 * @param code what the workers are told of the code, by the names that they know
 * @param launch how the interpreter is started
 * @param memory what the workers may use
 * @param workers processes for each device
 * @param maxConcurrency batches that a worker has at once
 */
record PythonConfig(
        Map<String, String> code, Launch launch, Memory memory, int workers, int maxConcurrency) {

    /**
     * How the interpreter is started.
     *
     * @param executable path, or name in PATH
     * @param workingDirectory null: that of this process
     * @param threads of numeric libraries; 0: they choose
     */
    record Launch(
            String executable,
            Map<String, String> environment,
            @Nullable Path workingDirectory,
            int threads,
            Duration startTimeout) {}

    /**
     * What the workers may use.
     *
     * @param maxSharedBytes of one worker; 0: no shared memory
     * @param maxResidentBytes that one worker is expected to need; 0: not known
     */
    record Memory(Path sharedDirectory, long maxSharedBytes, long maxResidentBytes) {}

    private static final Set<String> KEYS =
            Stream.of(
                            PythonOptions.EXECUTABLE,
                            PythonOptions.VIRTUAL_ENVIRONMENT,
                            PythonOptions.WORKING_DIRECTORY,
                            PythonOptions.REQUIRES,
                            PythonOptions.BATCH_FORMAT,
                            PythonOptions.TEXT,
                            PythonOptions.WORKERS,
                            PythonOptions.THREADS,
                            PythonOptions.MAX_CONCURRENCY,
                            PythonOptions.SHARED_MEMORY_DIRECTORY,
                            PythonOptions.SHARED_MEMORY_MAX_SIZE,
                            PythonOptions.START_TIMEOUT,
                            PythonOptions.MAX_RESIDENT_MEMORY)
                    .map(ConfigOption::key)
                    .collect(Collectors.toUnmodifiableSet());

    /**
     * Reads the options of a model.
     *
     * @throws IllegalConfigurationException naming every problem
     */
    static PythonConfig from(ModelRef model) {
        CheckedOptions options = new CheckedOptions(Configuration.fromMap(model.options()));
        refuseUnknown(model, options);
        Map<String, String> code = code(model, options);
        int threads = options.get(PythonOptions.THREADS);
        options.require(threads >= 0, PythonOptions.THREADS, threads, "It must not be negative.");
        Launch launch =
                new Launch(
                        executable(options),
                        withoutPrefix(PythonOptions.ENVIRONMENT_PREFIX, model),
                        options.getOptional(PythonOptions.WORKING_DIRECTORY)
                                .map(Path::of)
                                .orElse(null),
                        threads,
                        options.aboveZero(PythonOptions.START_TIMEOUT));
        Memory memory =
                new Memory(
                        Path.of(options.get(PythonOptions.SHARED_MEMORY_DIRECTORY)),
                        options.get(PythonOptions.SHARED_MEMORY_MAX_SIZE).getBytes(),
                        options.get(PythonOptions.MAX_RESIDENT_MEMORY).getBytes());
        int workers = options.atLeastOne(PythonOptions.WORKERS);
        int maxConcurrency = options.atLeastOne(PythonOptions.MAX_CONCURRENCY);
        options.throwIfInvalid();
        return new PythonConfig(code, launch, memory, workers, maxConcurrency);
    }

    /** Name of the class or function, for people. */
    String name() {
        return code.get("attribute");
    }

    /** The file of the code, as the workers see it; empty if it is a module. */
    Optional<Path> file() {
        Path place = Path.of(code.get("code"));
        if (!place.toString().endsWith(".py")) {
            return Optional.empty();
        }
        Path directory = launch.workingDirectory();
        return Optional.of(directory == null ? place : directory.resolve(place));
    }

    private static Map<String, String> code(ModelRef model, CheckedOptions options) {
        int colon = model.location().lastIndexOf(':');
        if (colon <= 0 || colon == model.location().length() - 1) {
            options.add(
                    "Invalid model location: %s. Write file.py:Class or package.module:Class."
                            .formatted(model.location()));
        }
        Map<String, String> code = new TreeMap<>();
        code.put("code", model.location().substring(0, Math.max(0, colon)));
        code.put("attribute", model.location().substring(colon + 1));
        code.put("requires", options.get(PythonOptions.REQUIRES));
        code.put(
                "batch-format",
                options.get(PythonOptions.BATCH_FORMAT).name().toLowerCase(Locale.ROOT));
        code.put("text", String.join(",", options.get(PythonOptions.TEXT)));
        withoutPrefix(PythonOptions.ARGUMENT_PREFIX, model)
                .forEach((name, value) -> code.put("argument." + name, value));
        return code;
    }

    private static String executable(CheckedOptions options) {
        return options.getOptional(PythonOptions.VIRTUAL_ENVIRONMENT)
                .map(directory -> Path.of(directory, "bin", "python").toString())
                .orElse(options.get(PythonOptions.EXECUTABLE));
    }

    private static Map<String, String> withoutPrefix(String prefix, ModelRef model) {
        Map<String, String> values = new TreeMap<>();
        model.options()
                .forEach(
                        (key, value) -> {
                            if (key.startsWith(prefix)) {
                                values.put(key.substring(prefix.length()), value);
                            }
                        });
        return values;
    }

    /** A key that is misspelt would do nothing, and nobody would know. */
    private static void refuseUnknown(ModelRef model, CheckedOptions options) {
        model.options().keySet().stream()
                .filter(key -> key.startsWith("python."))
                .filter(key -> !KEYS.contains(key))
                .filter(key -> !key.startsWith(PythonOptions.ARGUMENT_PREFIX))
                .filter(key -> !key.startsWith(PythonOptions.ENVIRONMENT_PREFIX))
                .forEach(
                        key ->
                                options.add(
                                        "Invalid model option: %s. The Python runtime has no such option."
                                                .formatted(key)));
    }
}
