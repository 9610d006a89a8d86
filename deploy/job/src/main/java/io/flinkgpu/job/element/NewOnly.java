package io.flinkgpu.job.element;

import io.flinkgpu.connectors.mark.RunMark;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import java.time.Instant;
import java.util.Optional;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.core.fs.Path;

/**
 * What a source needs that reads only what no earlier run has read.
 *
 * @param mark that its run leaves when it has come to its end; what the run reads is written next
 *     to it
 * @param since how the id of the job begins whose run is the last one that counts; empty: all runs
 *     count
 */
@PublicEvolving
public record NewOnly(RunMark mark, String since) {

    /** The key of such sources. */
    public static final Key<Boolean> KEY =
            Key.of("new-only", ValueTypes.truth())
                    .orElse(false)
                    .describedAs(
                            "Reads only what no earlier run of this job has read to its end. Needs checkpoints.directory, where runs keep what they have read.");

    /** The variable of {@code --since-run}, so that a run that is resumed has it again. */
    public static final String VARIABLE = "FLINK_GPU_SINCE_RUN";

    /** Stands for every run that has finished. */
    public static final String LATEST = "latest";

    /** How the id of a job begins, or {@link #LATEST}. Set by the variable alone. */
    public static final ConfigOption<String> SINCE_RUN =
            ConfigOptions.key("job.since-run").stringType().noDefaultValue();

    /**
     * What the file and the command say; empty: the source reads everything. Adds a problem where
     * there is no place for what runs have read.
     */
    public static Optional<NewOnly> of(ElementContext context) {
        Optional<String> since = context.file().options().getOptional(SINCE_RUN);
        if (!context.config().get(KEY) && since.isEmpty()) {
            return Optional.empty();
        }
        String checkpoints =
                context.file().options().get(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
        if (checkpoints == null) {
            context.config()
                    .at(KEY)
                    .problem(
                            "Invalid %s of %s: the file has no place to keep what runs have read. Add checkpoints.directory."
                                    .formatted(KEY, context.config().subject()));
            return Optional.empty();
        }
        String job = context.file().job().replaceAll("[^A-Za-z0-9._-]", "_");
        Path directory = new Path(checkpoints, "processed/%s/%s".formatted(job, context.name()));
        return Optional.of(
                new NewOnly(
                        RunMark.in(directory, Instant.now()),
                        since.filter(run -> !run.equals(LATEST)).orElse("")));
    }
}
