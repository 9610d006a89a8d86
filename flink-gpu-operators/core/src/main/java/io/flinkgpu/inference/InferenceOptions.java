package io.flinkgpu.inference;

import java.time.Duration;
import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/**
 * The options of inference operators, read from the job's configuration.
 *
 * <p>What the {@link Inference} builder sets for one operator goes before them.
 */
@PublicEvolving
public final class InferenceOptions {

    public static final ConfigOption<Integer> MAX_BATCH_SIZE =
            ConfigOptions.key("inference.batch.max-size")
                    .intType()
                    .defaultValue(32)
                    .withDescription(
                            "Most rows in a batch, from which it grows with"
                                    + " inference.batch.adaptive. Raising it uses a device better"
                                    + " and makes rows wait longer; memory grows with it.");

    public static final ConfigOption<Boolean> ADAPTIVE_BATCH =
            ConfigOptions.key("inference.batch.adaptive")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether batches grow beyond inference.batch.max-size while that"
                                    + " makes more rows a second. Turning it on saves trying sizes"
                                    + " by hand; larger batches make rows wait longer, take more"
                                    + " memory, and are not warmed up.");

    public static final ConfigOption<Integer> ADAPTIVE_MAX_BATCH_SIZE =
            ConfigOptions.key("inference.batch.adaptive-max-size")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Most rows that batches grow to with inference.batch.adaptive; 16"
                                    + " times inference.batch.max-size where it is not set, and"
                                    + " never more than a quarter of inference.capacity where that"
                                    + " is. Raising it helps small rows and cheap models.");

    public static final ConfigOption<Duration> MAX_BATCH_DELAY =
            ConfigOptions.key("inference.batch.max-delay")
                    .durationType()
                    .defaultValue(Duration.ofMillis(10))
                    .withDescription(
                            "Longest time that the first row of a batch waits for company. Raising"
                                    + " it fills batches when rows are rare, and adds to their"
                                    + " latency.");

    public static final ConfigOption<MemorySize> MAX_BATCH_BYTES =
            ConfigOptions.key("inference.batch.max-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(64))
                    .withDescription(
                            "Encoded bytes at which a batch is sent even if it has fewer rows."
                                    + " Raising it allows larger batches of large rows.");

    public static final ConfigOption<Integer> CAPACITY =
            ConfigOptions.key("inference.capacity")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Most rows in flight in a subtask; four batches of their present size"
                                    + " where it is not set: one running, one waiting, one filling"
                                    + " and one being emitted. Raising it hides longer service"
                                    + " times and makes checkpoints larger.");

    public static final ConfigOption<MemorySize> CAPACITY_BYTES =
            ConfigOptions.key("inference.capacity-bytes")
                    .memoryType()
                    .noDefaultValue()
                    .withDescription(
                            "Most bytes of encoded inputs in flight in a subtask, next to"
                                    + " inference.capacity; four times inference.batch.max-bytes"
                                    + " where it is not set. A row that has more by itself passes"
                                    + " alone. Raising it takes more direct memory and keeps"
                                    + " batches of large rows full.");

    public static final ConfigOption<OutputMode> OUTPUT_MODE =
            ConfigOptions.key("inference.output-mode")
                    .enumType(OutputMode.class)
                    .defaultValue(OutputMode.ORDERED)
                    .withDescription(
                            "ORDERED keeps the order of the input; UNORDERED emits results as they"
                                    + " come, never across a watermark.");

    public static final ConfigOption<Integer> RUN_THREADS =
            ConfigOptions.key("inference.device.run-threads")
                    .intType()
                    .defaultValue(1)
                    .withDescription(
                            "Device batches of a model that may run at once on one device. Raising"
                                    + " it overlaps copies with computation on a GPU, and takes"
                                    + " more of its memory.");

    public static final ConfigOption<Duration> MODEL_LINGER =
            ConfigOptions.key("inference.model.linger")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(60))
                    .withDescription(
                            "How long a model stays loaded after its last task has gone. Raising it"
                                    + " finds models warm after longer restarts. A lease that needs"
                                    + " its device's memory ends the time at once.");

    public static final ConfigOption<InferenceMode> MODE =
            ConfigOptions.key("inference.mode")
                    .enumType(InferenceMode.class)
                    .noDefaultValue()
                    .withDescription(
                            "FUSED runs the model in the task managers of the pipeline, SEPARATED"
                                    + " in a pool. Without it the environment variable"
                                    + " FLINK_GPU_MODE is read, and FUSED taken where that is not"
                                    + " set either.");

    public static final ConfigOption<Duration> DEADLINE =
            ConfigOptions.key("inference.deadline")
                    .durationType()
                    .noDefaultValue()
                    .withDescription(
                            "How long a row that has its place in flight may wait for its answer;"
                                    + " after that it fails. Without it a row waits as long as no"
                                    + " replica answers, while checkpoints go on. Raising it bridges"
                                    + " longer outages of a pool.");

    public static final ConfigOption<ErrorAction> ON_ERROR =
            ConfigOptions.key("inference.on-error")
                    .enumType(ErrorAction.class)
                    .noDefaultValue()
                    .withDescription(
                            "What becomes of a row that fails: FAIL the job, DEAD_LETTER, or"
                                    + " DEFAULT_VALUE. Without it a stage with a tag for dead"
                                    + " letters uses that, and one without fails. A lost device and"
                                    + " a model that cannot be loaded always fail the job.");

    public static final ConfigOption<Map<String, String>> ON_ERROR_BY_CLASS =
            ConfigOptions.key("inference.on-error-by-class")
                    .mapType()
                    .noDefaultValue()
                    .withDescription(
                            "The same for single classes of error (DATA, TIMEOUT, OUT_OF_MEMORY,"
                                    + " CONNECTION, UNKNOWN), such as"
                                    + " data:DEAD_LETTER,timeout:DEFAULT_VALUE; the others keep the"
                                    + " common action.");

    public static final ConfigOption<Integer> STACK_FRAMES =
            ConfigOptions.key("inference.dead-letter.stack-frames")
                    .intType()
                    .defaultValue(0)
                    .withDescription(
                            "How many frames of the stack stand behind the cause of a dead letter,"
                                    + " a line each, for the failure and for each of its causes;"
                                    + " 8192 characters in all. Raising it makes dead letters"
                                    + " larger; 0 leaves the message alone.");

    public static final ConfigOption<Integer> MAX_ATTEMPTS =
            ConfigOptions.key("inference.max-attempts")
                    .intType()
                    .defaultValue(4)
                    .withDescription(
                            "How often a batch is sent whose device is lost, before it fails the"
                                    + " job. Raising it tolerates more devices that fail at once.");

    public static final ConfigOption<Duration> WATCHDOG_TIMEOUT =
            ConfigOptions.key("inference.watchdog.timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(2))
                    .withDescription(
                            "How long the oldest call may wait for its answer although the sink"
                                    + " accepts and the model is loaded. After that time people are"
                                    + " warned, after twice the time what is asked for is given up and"
                                    + " asked for elsewhere, after three times the task fails. Waiting"
                                    + " for a pool without a replica that is ready only warns. Raising"
                                    + " it tolerates slower models.");

    public static final ConfigOption<Duration> MAX_RUN_TIME =
            ConfigOptions.key("inference.device.max-run-time")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(60))
                    .withDescription(
                            "Age at which a run in the task's own process counts as stuck: its"
                                    + " device is given up and its rows run elsewhere. Raising it"
                                    + " tolerates slower models and finds stuck devices later.");

    public static final ConfigOption<Duration> LOAD_TIMEOUT =
            ConfigOptions.key("inference.model.load-timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(10))
                    .withDescription(
                            "How long loading a model may take before it fails. Raising it"
                                    + " tolerates larger models and slower disks.");

    private InferenceOptions() {}
}
