package io.flinkgpu.job.infer;

import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.reuse.ReuseOptions;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/** The keys of a step {@code infer}, and the options that they set. */
final class InferKeys {

    static final Key<String> MODEL =
            Key.of("model", ValueTypes.text())
                    .required()
                    .describedAs(
                            "The model, as [RUNTIME:]LOCATION[#SIGNATURE]: a SavedModel's directory, an ONNX file, code such as file.py:Class, or a URI.");

    static final Key<String> VERSION =
            Key.of("version", ValueTypes.text())
                    .describedAs(
                            "The number of one of its versions, or latest, which is the highest and the default.");

    static final Key<String> SHA256 =
            Key.of("sha256", ValueTypes.text())
                    .describedAs("The checksum without which the model is refused.");

    static final Key<Map<String, String>> MODEL_OPTIONS =
            Key.of("model-options", ValueTypes.mapOf(ValueTypes.text()))
                    .describedAs("Options of the model's runtime, such as python.threads.");

    static final Key<Map<String, String>> INPUTS =
            Key.of("inputs", ValueTypes.mapOf(ValueTypes.field()))
                    .required()
                    .describedAs("For each input of the model the field that it takes.");

    static final Key<Map<String, OutputSpec>> OUTPUTS =
            Key.of("outputs", ValueTypes.mapOf(OutputSpec.VALUES))
                    .required()
                    .describedAs(
                            "For each field to make the output that it holds. An output with one element a row becomes a single value, others an array.");

    static final Key<List<String>> DROP =
            Key.of("drop", ValueTypes.listOf(ValueTypes.field()))
                    .describedAs(
                            "Fields of the input that do not stay, such as pixels that no one needs any more.");

    private static final Key<Integer> MAX_SIZE =
            Key.of("max-size", ValueTypes.integer(1))
                    .describedAs("Most rows in a batch. Option inference.batch.max-size.");

    private static final Key<Duration> MAX_DELAY =
            Key.of("max-delay", ValueTypes.duration())
                    .describedAs(
                            "Longest time that the first row of a batch waits for company. Option inference.batch.max-delay.");

    private static final Key<MemorySize> MAX_BYTES =
            Key.of("max-bytes", ValueTypes.memory())
                    .describedAs(
                            "Encoded bytes at which a batch is sent. Option inference.batch.max-bytes.");

    private static final Key<Boolean> ADAPTIVE =
            Key.of("adaptive", ValueTypes.truth())
                    .describedAs(
                            "Whether batches grow while that makes more rows a second. Option inference.batch.adaptive.");

    private static final Key<Config> BATCH =
            Key.of("batch", ValueTypes.object(List.of(MAX_SIZE, MAX_DELAY, MAX_BYTES, ADAPTIVE)))
                    .describedAs("When a batch is sent.");

    private static final Key<Integer> CAPACITY =
            Key.of("capacity", ValueTypes.integer(1))
                    .describedAs("Most rows in flight in a subtask. Option inference.capacity.");

    private static final Key<OutputMode> ORDER =
            Key.of("order", ValueTypes.choice(OutputMode.class))
                    .describedAs(
                            "Whether rows leave in the order of the input. Option inference.output-mode.");

    private static final Key<InferenceMode> MODE =
            Key.of("mode", ValueTypes.choice(InferenceMode.class))
                    .describedAs("Where this model runs, whatever the file's mode is.");

    static final Key<List<String>> POOLS =
            Key.of("pools", ValueTypes.listOf(ValueTypes.text()))
                    .describedAs(
                            "In mode separated: the pools that answer, such as flink://localhost:8082/digits. Without it those of the option inference.pool.addresses or of FLINK_GPU_POOL.");

    private static final Key<Duration> TTL =
            Key.of("ttl", ValueTypes.duration())
                    .describedAs("How long an answer is kept. Option inference.reuse.ttl.");

    private static final Key<Long> MAX_ENTRIES =
            Key.of("max-entries", ValueTypes.wholeNumber(1))
                    .describedAs("Most answers that are kept. Option inference.reuse.max-entries.");

    private static final Key<String> GENERATION =
            Key.of("generation", ValueTypes.text())
                    .describedAs(
                            "With another text no answer that was kept is found. Option inference.reuse.generation.");

    private static final Key<Config> REUSE =
            Key.of("reuse", ValueTypes.object(List.of(TTL, MAX_ENTRIES, GENERATION)))
                    .describedAs(
                            "Answers are kept and given to later rows with equal inputs, which need no run; {} for the defaults.");

    private static final Key<Duration> DEADLINE =
            Key.of("deadline", ValueTypes.duration())
                    .describedAs(
                            "How long a row may wait for its answer. Option inference.deadline.");

    private static final Key<Duration> MAX_RUN_TIME =
            Key.of("max-run-time", ValueTypes.duration())
                    .describedAs(
                            "Age at which a run counts as stuck. Option inference.device.max-run-time.");

    private static final Key<Duration> LOAD_TIMEOUT =
            Key.of("load-timeout", ValueTypes.duration())
                    .describedAs(
                            "How long loading the model may take. Option inference.model.load-timeout.");

    private static final Key<Integer> MAX_ATTEMPTS =
            Key.of("max-attempts", ValueTypes.integer(1))
                    .describedAs(
                            "How often a batch is sent whose device is lost. Option inference.max-attempts.");

    static final List<Key<?>> ALL =
            List.of(
                    MODEL,
                    INPUTS,
                    OUTPUTS,
                    DROP,
                    BATCH,
                    ORDER,
                    CAPACITY,
                    REUSE,
                    MODE,
                    POOLS,
                    DEADLINE,
                    MAX_RUN_TIME,
                    LOAD_TIMEOUT,
                    MAX_ATTEMPTS,
                    VERSION,
                    SHA256,
                    MODEL_OPTIONS);

    private InferKeys() {}

    /** The options that a step sets, which go before the job's. */
    static Configuration options(Config config) {
        Configuration options = new Configuration();
        config.find(BATCH)
                .ifPresent(
                        batch -> {
                            set(batch, MAX_SIZE, InferenceOptions.MAX_BATCH_SIZE, options);
                            set(batch, MAX_DELAY, InferenceOptions.MAX_BATCH_DELAY, options);
                            set(batch, MAX_BYTES, InferenceOptions.MAX_BATCH_BYTES, options);
                            set(batch, ADAPTIVE, InferenceOptions.ADAPTIVE_BATCH, options);
                        });
        config.find(REUSE)
                .ifPresent(
                        reuse -> {
                            options.set(ReuseOptions.ENABLED, true);
                            set(reuse, TTL, ReuseOptions.TTL, options);
                            set(reuse, MAX_ENTRIES, ReuseOptions.MAX_ENTRIES, options);
                            set(reuse, GENERATION, ReuseOptions.GENERATION, options);
                        });
        set(config, CAPACITY, InferenceOptions.CAPACITY, options);
        set(config, ORDER, InferenceOptions.OUTPUT_MODE, options);
        set(config, MODE, InferenceOptions.MODE, options);
        set(config, POOLS, PoolOptions.ADDRESSES, options);
        set(config, DEADLINE, InferenceOptions.DEADLINE, options);
        set(config, MAX_RUN_TIME, InferenceOptions.MAX_RUN_TIME, options);
        set(config, LOAD_TIMEOUT, InferenceOptions.LOAD_TIMEOUT, options);
        set(config, MAX_ATTEMPTS, InferenceOptions.MAX_ATTEMPTS, options);
        return options;
    }

    private static <T> void set(
            Config config, Key<T> key, ConfigOption<T> option, Configuration options) {
        config.find(key).ifPresent(value -> options.set(option, value));
    }
}
