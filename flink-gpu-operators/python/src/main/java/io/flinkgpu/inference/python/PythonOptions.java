package io.flinkgpu.inference.python;

import io.flinkgpu.inference.model.ModelRef;
import java.time.Duration;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/**
 * What a {@link ModelRef} of the runtime {@value ModelRef#PYTHON} may say besides its code. {@link
 * PythonModel} has a method for each.
 */
@PublicEvolving
public final class PythonOptions {

    /** Prefix of the arguments of the constructor, or of a function's further arguments. */
    public static final String ARGUMENT_PREFIX = "python.argument.";

    /** Prefix of environment variables of the workers. */
    public static final String ENVIRONMENT_PREFIX = "python.environment.";

    public static final ConfigOption<String> EXECUTABLE =
            ConfigOptions.key("python.executable")
                    .stringType()
                    .defaultValue("python3")
                    .withDescription(
                            "The interpreter, by its path or by a name that is looked up in PATH."
                                    + " Python 3.9 or newer, with numpy.");

    public static final ConfigOption<String> VIRTUAL_ENVIRONMENT =
            ConfigOptions.key("python.virtual-environment")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Directory of a virtual environment whose bin/python runs the code."
                                    + " Without it, python.executable does.");

    public static final ConfigOption<String> WORKING_DIRECTORY =
            ConfigOptions.key("python.working-directory")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Where the workers run, where a relative file of code is looked for, and"
                                    + " where a dotted module is, too. Without it, the directory of"
                                    + " the task manager.");

    public static final ConfigOption<String> REQUIRES =
            ConfigOptions.key("python.requires")
                    .stringType()
                    .defaultValue("")
                    .withDescription(
                            "Distributions that must be installed, such as 'numpy>=1.24,<3, torch'."
                                    + " Loading fails with what is missing.");

    public static final ConfigOption<BatchFormat> BATCH_FORMAT =
            ConfigOptions.key("python.batch-format")
                    .enumType(BatchFormat.class)
                    .defaultValue(BatchFormat.NUMPY)
                    .withDescription(
                            "What the code gets: a dict of numpy arrays, a dict of torch tensors, or"
                                    + " a pyarrow table. It may answer with any of them.");

    public static final ConfigOption<List<String>> TEXT =
            ConfigOptions.key("python.text")
                    .stringType()
                    .asList()
                    .defaultValues()
                    .withDescription(
                            "Inputs of byte strings that the code gets as str, which must be UTF-8;"
                                    + " '*' for all. Others are bytes.");

    public static final ConfigOption<Integer> WORKERS =
            ConfigOptions.key("python.workers")
                    .intType()
                    .defaultValue(1)
                    .withDescription(
                            "Worker processes for each device. Raising it lets code that computes in"
                                    + " Python use several cores, and loads the model as many"
                                    + " times.");

    public static final ConfigOption<Integer> THREADS =
            ConfigOptions.key("python.threads")
                    .intType()
                    .defaultValue(1)
                    .withDescription(
                            "Threads that numpy, torch and their like may use in a worker, told by"
                                    + " the environment variable OMP_NUM_THREADS unless that is set"
                                    + " already. Raising it speeds single batches up on the CPU, and"
                                    + " takes cores from the job; 0 leaves it to the libraries, which"
                                    + " take all.");

    public static final ConfigOption<Integer> MAX_CONCURRENCY =
            ConfigOptions.key("python.max-concurrency")
                    .intType()
                    .defaultValue(2)
                    .withDescription(
                            "Batches that a worker has at once. With 2, the next one lies ready when"
                                    + " one is answered. Raise it, and inference.capacity to twice as"
                                    + " many batches, for an 'async def __call__', which answers each"
                                    + " when it is done, and for batches of much less than a"
                                    + " millisecond.");

    public static final ConfigOption<String> SHARED_MEMORY_DIRECTORY =
            ConfigOptions.key("python.shared-memory.directory")
                    .stringType()
                    .defaultValue("/dev/shm")
                    .withDescription(
                            "Where the files are made that carry batches, best in main memory. In"
                                    + " Kubernetes /dev/shm has 64 MiB unless a volume is mounted"
                                    + " there. Where it has no room, batches go through a socket.");

    public static final ConfigOption<MemorySize> SHARED_MEMORY_MAX_SIZE =
            ConfigOptions.key("python.shared-memory.max-size")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(512))
                    .withDescription(
                            "Shared memory of one worker. Batches that do not fit beside those under"
                                    + " way go through a socket; 0 sends all of them there.");

    public static final ConfigOption<Duration> START_TIMEOUT =
            ConfigOptions.key("python.start-timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(10))
                    .withDescription(
                            "How long imports, constructor and warm_up may take together before a"
                                    + " worker is given up.");

    public static final ConfigOption<MemorySize> MAX_RESIDENT_MEMORY =
            ConfigOptions.key("python.max-resident-memory")
                    .memoryType()
                    .defaultValue(MemorySize.ZERO)
                    .withDescription(
                            "Main memory that a worker is expected to need at most; one that holds"
                                    + " more is reported in the log once. 0 expects nothing.");

    private PythonOptions() {}

    /** How a batch is handed to the code. */
    public enum BatchFormat {
        NUMPY,
        TORCH,
        PYARROW
    }
}
