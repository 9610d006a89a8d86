package io.flinkgpu.table.stage;

import io.flinkgpu.inference.OutputMode;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/**
 * The options of tables with {@code 'connector' = 'flink-gpu-inference'}.
 *
 * <p>Beside them stand those of the model with the prefix {@value #MODEL}, those of the table
 * behind it with {@value #TABLE}, and those of a table for dead letters with {@value
 * #DEAD_LETTERS}.
 */
@PublicEvolving
public final class InferenceTableOptions {

    /** In front of every option of CREATE MODEL. */
    public static final String MODEL = "model.";

    /** In front of every option of the table behind this one, its connector among them. */
    public static final String TABLE = "table.";

    /** In front of every option of the table that takes dead letters. */
    public static final String DEAD_LETTERS = "dead-letters.";

    public static final ConfigOption<List<String>> INPUTS =
            ConfigOptions.key("inputs")
                    .stringType()
                    .asList()
                    .noDefaultValue()
                    .withDescription(
                            "Columns that the model reads, separated by semicolons. Without it"
                                    + " those that model.input.* names.");

    public static final ConfigOption<List<String>> OUTPUTS =
            ConfigOptions.key("outputs")
                    .stringType()
                    .asList()
                    .noDefaultValue()
                    .withDescription(
                            "Columns that the model fills, separated by semicolons. Without it"
                                    + " those that model.output.*, model.default.* and"
                                    + " model.error-column name.");

    public static final ConfigOption<OutputMode> OUTPUT_MODE =
            ConfigOptions.key("output-mode")
                    .enumType(OutputMode.class)
                    .noDefaultValue()
                    .withDescription(
                            "ORDERED keeps the order of a subtask's rows; UNORDERED passes them on"
                                    + " as they are answered, never across a watermark, and is"
                                    + " refused where a table with a primary key is written."
                                    + " Without it inference.output-mode.");

    public static final ConfigOption<Integer> PARALLELISM =
            ConfigOptions.key("parallelism")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Subtasks of the inference stage; without it as many as the job's"
                                    + " operators have. Raising it takes more slots, and more GPUs"
                                    + " where a profile asks for them.");

    public static final ConfigOption<String> UID =
            ConfigOptions.key("uid")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Name of the stage's state in checkpoints and savepoints, within a job"
                                    + " once. Without it the table's name. Set it to rename a table"
                                    + " and keep what is in flight, and as a hint where a job reads,"
                                    + " or writes, a table twice.");

    private InferenceTableOptions() {}
}
