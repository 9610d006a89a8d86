package io.flinkgpu.inference.python;

import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.python.PythonOptions.BatchFormat;
import java.time.Duration;
import java.util.Locale;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/**
 * Says which Python class or function is a model, and how it is run. Immutable.
 *
 * <pre>{@code
 * Inference.on(reviews)
 *         .model(PythonModel.of("sentiment.py:Sentiment").workers(4).ref())
 * }</pre>
 */
@PublicEvolving
public final class PythonModel {

    private final ModelRef ref;

    private PythonModel(ModelRef ref) {
        this.ref = ref;
    }

    /**
     * A class, which is constructed once in each worker, or a function.
     *
     * @param code {@code file.py:Class} or {@code package.module:Class}
     */
    public static PythonModel of(String code) {
        return new PythonModel(ModelRef.python(code));
    }

    /** As the inference API takes it. */
    public ModelRef ref() {
        return ref;
    }

    /** With an argument of the constructor, by its name. */
    public PythonModel argument(String name, String value) {
        return argumentOfJson(name, JsonStrings.quoted(value));
    }

    /** With an argument of the constructor, by its name. */
    public PythonModel argument(String name, long value) {
        return argumentOfJson(name, Long.toString(value));
    }

    /** With an argument of the constructor, by its name. */
    public PythonModel argument(String name, double value) {
        return argumentOfJson(name, Double.toString(value));
    }

    /** With an argument of the constructor, by its name. */
    public PythonModel argument(String name, boolean value) {
        return argumentOfJson(name, Boolean.toString(value));
    }

    /**
     * With an argument of the constructor that is a list, a dict or None.
     *
     * @param json such as {@code ["de", "en"]}
     */
    public PythonModel argumentOfJson(String name, String json) {
        return with(PythonOptions.ARGUMENT_PREFIX + name, json);
    }

    /** In the interpreter at a path, or of a name in {@code PATH}. */
    public PythonModel executable(String pathOrName) {
        return with(PythonOptions.EXECUTABLE, pathOrName);
    }

    /** In the interpreter of a virtual environment. */
    public PythonModel virtualEnvironment(String directory) {
        return with(PythonOptions.VIRTUAL_ENVIRONMENT, directory);
    }

    /** With an environment variable. */
    public PythonModel environment(String name, String value) {
        return with(PythonOptions.ENVIRONMENT_PREFIX + name, value);
    }

    /** In a directory, which relative paths begin at. */
    public PythonModel workingDirectory(String directory) {
        return with(PythonOptions.WORKING_DIRECTORY, directory);
    }

    /**
     * Only where these distributions are installed.
     *
     * @param requirements each such as {@code numpy>=1.24,<3} or {@code torch}
     */
    public PythonModel requires(String... requirements) {
        return with(PythonOptions.REQUIRES, String.join(", ", requirements));
    }

    /** With batches of this kind. */
    public PythonModel batchFormat(BatchFormat format) {
        return with(PythonOptions.BATCH_FORMAT, format.name().toLowerCase(Locale.ROOT));
    }

    /** With these inputs as {@code str} rather than {@code bytes}. */
    public PythonModel text(String... inputs) {
        return with(PythonOptions.TEXT, String.join(";", inputs));
    }

    /** In so many worker processes for each device. */
    public PythonModel workers(int count) {
        return with(PythonOptions.WORKERS, Integer.toString(count));
    }

    /** With so many threads of numpy, torch and their like in each worker; 0: they choose. */
    public PythonModel threads(int count) {
        return with(PythonOptions.THREADS, Integer.toString(count));
    }

    /** With so many batches at once in each worker. */
    public PythonModel maxConcurrency(int batches) {
        return with(PythonOptions.MAX_CONCURRENCY, Integer.toString(batches));
    }

    /** With batches in files of a directory, best one in main memory. */
    public PythonModel sharedMemory(String directory, MemorySize maxSize) {
        return with(PythonOptions.SHARED_MEMORY_DIRECTORY, directory)
                .with(PythonOptions.SHARED_MEMORY_MAX_SIZE, maxSize.toString());
    }

    /** With so much time for imports, constructor and warm-up. */
    public PythonModel startTimeout(Duration timeout) {
        return with(PythonOptions.START_TIMEOUT, timeout.toMillis() + " ms");
    }

    /** With a report of workers that hold more main memory. */
    public PythonModel maxResidentMemory(MemorySize size) {
        return with(PythonOptions.MAX_RESIDENT_MEMORY, size.toString());
    }

    private PythonModel with(ConfigOption<?> option, String value) {
        return with(option.key(), value);
    }

    private PythonModel with(String key, String value) {
        return new PythonModel(ref.withOption(key, value));
    }
}
