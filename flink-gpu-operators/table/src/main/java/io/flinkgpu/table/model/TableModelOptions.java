package io.flinkgpu.table.model;

import io.flinkgpu.inference.InferenceMode;
import java.time.Duration;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/**
 * The options of models in SQL: the {@code WITH} of {@code CREATE MODEL} with {@code 'provider' =
 * 'flink-gpu'}.
 *
 * <p>What is not set there is taken from the session, as {@code inference.*}, and from the job's
 * configuration below it.
 */
@PublicEvolving
public final class TableModelOptions {

    /** In front of a tensor's name: {@code input.<TENSOR>} names its column. */
    public static final String INPUT_PREFIX = "input.";

    /** In front of a column's name: {@code output.<COLUMN>} names its tensor. */
    public static final String OUTPUT_PREFIX = "output.";

    /** In front of a column's name: {@code default.<COLUMN>} is its value in a failed row. */
    public static final String DEFAULT_PREFIX = "default.";

    /** In front of a key of the model's runtime. */
    public static final String MODEL_OPTION_PREFIX = "model-option.";

    public static final ConfigOption<String> LOCATION =
            ConfigOptions.key("location")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The model, as [RUNTIME:]LOCATION[#SIGNATURE]: a SavedModel's"
                                    + " directory, an ONNX file, code such as file.py:Class, or a"
                                    + " URI. With pools: the name by which they serve it.");

    public static final ConfigOption<String> RUNTIME =
            ConfigOptions.key("runtime")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "What loads the model: tensorflow, onnx or python. Without it as the"
                                    + " location says or looks.");

    public static final ConfigOption<String> SIGNATURE =
            ConfigOptions.key("signature")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Which entry point of the model to run. Without it as the location"
                                    + " says, or serving_default.");

    public static final ConfigOption<String> VERSION =
            ConfigOptions.key("version")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The number of one of the versions at the location, or latest, which"
                                    + " is the highest and what is taken without it.");

    public static final ConfigOption<String> SHA256 =
            ConfigOptions.key("sha256")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("The checksum without which the model is refused.");

    public static final ConfigOption<InferenceMode> MODE =
            ConfigOptions.key("mode")
                    .enumType(InferenceMode.class)
                    .noDefaultValue()
                    .withDescription(
                            "FUSED runs the model in the task managers of the query, SEPARATED in"
                                    + " a pool. Without it SEPARATED where pools are named, and"
                                    + " otherwise inference.mode.");

    public static final ConfigOption<List<String>> POOLS =
            ConfigOptions.key("pools")
                    .stringType()
                    .asList()
                    .noDefaultValue()
                    .withDescription(
                            "The pools that answer, such as flink://jobmanager:8081/digits or"
                                    + " static://host:9000 for any server of the Open Inference"
                                    + " Protocol, separated by semicolons. Without it"
                                    + " inference.pool.addresses.");

    public static final ConfigOption<Integer> MAX_BATCH_SIZE =
            ConfigOptions.key("batch.max-size")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Most rows in a batch. Without it inference.batch.max-size. Raising it"
                                    + " helps only as far as"
                                    + " table.exec.async-ml-predict.max-concurrent-operations lets"
                                    + " rows wait.");

    public static final ConfigOption<Duration> MAX_BATCH_DELAY =
            ConfigOptions.key("batch.max-delay")
                    .durationType()
                    .noDefaultValue()
                    .withDescription(
                            "Longest time that the first row of a batch waits for company. Without"
                                    + " it inference.batch.max-delay. Raising it fills batches"
                                    + " when rows are rare.");

    public static final ConfigOption<MemorySize> MAX_BATCH_BYTES =
            ConfigOptions.key("batch.max-bytes")
                    .memoryType()
                    .noDefaultValue()
                    .withDescription(
                            "Encoded bytes at which a batch is sent. Without it"
                                    + " inference.batch.max-bytes. Raising it allows larger"
                                    + " batches of large rows.");

    public static final ConfigOption<Integer> CAPACITY =
            ConfigOptions.key("capacity")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Most rows of a subtask that are encoded and on their way. Without it"
                                    + " inference.capacity. Raising it hides longer service times"
                                    + " and takes memory.");

    public static final ConfigOption<Duration> DEADLINE =
            ConfigOptions.key("deadline")
                    .durationType()
                    .noDefaultValue()
                    .withDescription(
                            "How long a row may wait for its answer; after that it fails. Without"
                                    + " it inference.deadline. Keep it below"
                                    + " table.exec.async-ml-predict.timeout, which fails the job.");

    public static final ConfigOption<Integer> MAX_ATTEMPTS =
            ConfigOptions.key("max-attempts")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "How often a batch is sent whose device is lost, before the job fails."
                                    + " Without it inference.max-attempts. Raising it tolerates"
                                    + " more devices that fail at once.");

    public static final ConfigOption<Duration> MAX_RUN_TIME =
            ConfigOptions.key("max-run-time")
                    .durationType()
                    .noDefaultValue()
                    .withDescription(
                            "Age at which a run counts as stuck. Without it"
                                    + " inference.device.max-run-time. Raising it tolerates slower"
                                    + " models and finds stuck devices later.");

    public static final ConfigOption<Duration> LOAD_TIMEOUT =
            ConfigOptions.key("load-timeout")
                    .durationType()
                    .noDefaultValue()
                    .withDescription(
                            "How long loading the model may take. Without it"
                                    + " inference.model.load-timeout. Raising it tolerates larger"
                                    + " models and slower disks.");

    public static final ConfigOption<OnError> ON_ERROR =
            ConfigOptions.key("on-error")
                    .enumType(OnError.class)
                    .noDefaultValue()
                    .withDescription(
                            "What becomes of a row that the model cannot answer: FAIL the job,"
                                    + " NULL for all columns of the model, DEFAULT for the values"
                                    + " of default.<COLUMN>, COLUMN for NULL and the failure in"
                                    + " the error column. Without it COLUMN where error-column is"
                                    + " set, and otherwise FAIL. A lost device and a model that"
                                    + " cannot be loaded always fail the job.");

    public static final ConfigOption<String> ERROR_COLUMN =
            ConfigOptions.key("error-column")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The output column that says why a row failed, of the type ROW<class"
                                    + " STRING, message STRING, attempts INT>; NULL where it did"
                                    + " not.");

    public static final ConfigOption<String> PROFILE =
            ConfigOptions.key("profile")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "What a subtask needs, as FILE#NAME: a profile of a file that this"
                                    + " session can read. In mode FUSED the subtask leases the"
                                    + " profile's share of a GPU of its task manager. SQL cannot"
                                    + " tell Flink where to place the subtask.");

    public static final ConfigOption<Boolean> CHECK =
            ConfigOptions.key("check")
                    .booleanType()
                    .defaultValue(true)
                    .withDescription(
                            "Whether columns are held against the model when a statement is"
                                    + " planned: it is loaded by the session's process, or its"
                                    + " pool is asked. Without the check a mismatch fails the job"
                                    + " or its rows.");

    public static final ConfigOption<Duration> CHECK_TIMEOUT =
            ConfigOptions.key("check-timeout")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(30))
                    .withDescription(
                            "How long a pool may take to show the model when a statement is"
                                    + " planned. Raising it waits for pools that start.");

    public static final ConfigOption<String> INPUT =
            ConfigOptions.key("input.<TENSOR>")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The column that an input of the model takes; upper and lower case"
                                    + " count. Not needed where both have one name, or there is"
                                    + " one column and one input.");

    public static final ConfigOption<String> OUTPUT =
            ConfigOptions.key("output.<COLUMN>")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The output of the model that a column holds, and for a field of a ROW"
                                    + " output.<COLUMN>.<FIELD>; upper and lower case count. Not"
                                    + " needed where both have one name, or there is one column"
                                    + " and one output.");

    public static final ConfigOption<String> DEFAULT =
            ConfigOptions.key("default.<COLUMN>")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The value of a column in a failed row, with on-error DEFAULT; NULL"
                                    + " where it is not set. Of single values only.");

    public static final ConfigOption<String> MODEL_OPTION =
            ConfigOptions.key("model-option.<KEY>")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("An option of the model's runtime, such as python.threads.");

    private TableModelOptions() {}
}
