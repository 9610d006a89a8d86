package io.flinkgpu.inference;

import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/**
 * The options of inference operators, read from the job's configuration.
 *
 * <p>What the {@link Inference} builder sets for one operator goes before them.
 */
public final class InferenceOptions {

    public static final ConfigOption<Integer> MAX_BATCH_SIZE =
            ConfigOptions.key("inference.batch.max-size")
                    .intType()
                    .defaultValue(32)
                    .withDescription(
                            "Most rows in a batch. Raising it uses a device better and makes rows"
                                    + " wait longer; memory grows with it.");

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
                            "Most rows in flight in a subtask; four batches where it is not set:"
                                    + " one running, one waiting, one filling and one being"
                                    + " emitted. Raising it hides longer service times and makes"
                                    + " checkpoints larger.");

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
                                    + " finds models warm after longer restarts, and holds device"
                                    + " memory longer.");

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
                            "How long a row may wait for its answer; after that it fails. Without"
                                    + " it a row waits as long as no replica answers, while"
                                    + " checkpoints go on. Raising it bridges longer outages of a"
                                    + " pool.");

    private InferenceOptions() {}
}
