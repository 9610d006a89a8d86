package io.flinkgpu.job.element;

import io.flinkgpu.connectors.mark.RunMark;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.Problems;
import io.flinkgpu.job.config.ValueTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
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

    /** The variable of the run's token, which a run that is resumed has again. */
    public static final String MARK_VARIABLE = "FLINK_GPU_RUN_MARK";

    /** What the variable says. Set by the variable alone. */
    public static final ConfigOption<String> RUN_MARK =
            ConfigOptions.key("job.run-mark").stringType().noDefaultValue();

    /** The variable of {@code --again}. */
    public static final String AGAIN_VARIABLE = "FLINK_GPU_AGAIN";

    /**
     * Whether what a run was to read that has not come to its end is read once more. Set by the
     * variable alone.
     */
    public static final ConfigOption<Boolean> AGAIN =
            ConfigOptions.key("job.again").booleanType().defaultValue(false);

    /**
     * What the file and the command say; empty: the source reads everything, or there is a problem.
     * One is added where there is no place for what runs have read, or where it is not known
     * whether another run has read it.
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
        RunMark mark =
                context.file()
                        .options()
                        .getOptional(RUN_MARK)
                        .map(token -> new RunMark(directory, token))
                        .orElseGet(() -> RunMark.in(directory, Instant.now()));
        Optional<String> hindrance = hindrance(mark, context.file());
        hindrance.ifPresent(
                cause ->
                        context.config()
                                .at(KEY)
                                .problem(
                                        "Cannot tell what is new for %s: %s"
                                                .formatted(context.config().subject(), cause)));
        return hindrance.isPresent()
                ? Optional.empty()
                : Optional.of(
                        new NewOnly(mark, since.filter(run -> !run.equals(LATEST)).orElse("")));
    }

    /** Why it is not known what other runs have read, a sentence. */
    private static Optional<String> hindrance(RunMark mark, ElementContext.FileContext file) {
        try {
            if (mark.marks().finished().contains(mark.token())) {
                return Optional.of(
                        "run %s has come to its end already. Start a new one, without %s."
                                .formatted(mark.token(), MARK_VARIABLE));
            }
            List<String> unfinished = mark.unfinished();
            if (unfinished.isEmpty() || file.options().get(AGAIN)) {
                return Optional.empty();
            }
            return Optional.of(
                    "run %s has not come to its end. Wait for it or resume it ('./flink-gpu resume %s'), or give --again to read once more what it was to read."
                            .formatted(unfinished.get(unfinished.size() - 1), file.job()));
        } catch (IOException | UncheckedIOException unreadable) {
            return Optional.of(Problems.sentence(unreadable.getMessage()));
        }
    }
}
