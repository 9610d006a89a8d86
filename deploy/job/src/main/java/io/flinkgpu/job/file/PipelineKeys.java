package io.flinkgpu.job.file;

import io.flinkgpu.connectors.budget.ErrorBudget;
import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.Secret;
import io.flinkgpu.job.config.ValueTypes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/** The keys that a file begins with, besides its elements and profiles. */
@Internal
public final class PipelineKeys {

    /** The section of profiles, which has a schema of its own. */
    public static final String PROFILES = "profiles";

    static final Key<String> NAME =
            Key.of("name", ValueTypes.text()).required().describedAs("The name of the job.");

    static final Key<InferenceMode> MODE =
            Key.of("mode", ValueTypes.choice(InferenceMode.class))
                    .describedAs(
                            "Where models run: in the job, or in pools. Without it FLINK_GPU_MODE says so, and fused is taken where that is not set either.");

    static final Key<Integer> PARALLELISM =
            Key.of("parallelism", ValueTypes.integer(1))
                    .orElse(1)
                    .describedAs("Subtasks of each element.");

    static final Key<String> PROFILE =
            Key.of("profile", ValueTypes.text())
                    .describedAs("The profile of every element that names none.");

    static final Key<Duration> INTERVAL =
            Key.of("interval", ValueTypes.duration())
                    .describedAs("Time between two checkpoints. Without it 1 s.");

    static final Key<String> DIRECTORY =
            Key.of("directory", ValueTypes.path())
                    .describedAs(
                            "Where they are kept, on a file system that all processes see. Without it where the cluster keeps them, or in the memory of the job manager.");

    static final Key<Duration> TIMEOUT =
            Key.of("timeout", ValueTypes.duration())
                    .describedAs("How long one may take. Without it 10 min.");

    static final Key<Config> CHECKPOINTS =
            Key.of("checkpoints", ValueTypes.object(List.of(INTERVAL, DIRECTORY, TIMEOUT)))
                    .describedAs("When and where the job's state is saved.");

    static final Key<Integer> ATTEMPTS =
            Key.of("attempts", ValueTypes.integer(0))
                    .orElse(3)
                    .describedAs(
                            "How often the job is started anew after failures, before it fails.");

    static final Key<Duration> DELAY =
            Key.of("delay", ValueTypes.duration())
                    .orElse(Duration.ofSeconds(1))
                    .describedAs("Time between a failure and the next start.");

    static final Key<Config> RESTART =
            Key.of("restart", ValueTypes.object(List.of(ATTEMPTS, DELAY)))
                    .describedAs("What happens when the job fails.");

    static final Key<ErrorBudget> ERROR_BUDGET =
            Key.of(
                            "error-budget",
                            ValueTypes.textOf(
                                    "100 rows, 1 % or 1 % after 500 rows",
                                    PipelineKeys::budget, ErrorBudget::toString))
                    .describedAs(
                            "How many rows, or which share of the sources' rows, may become dead letters. Beyond it the job fails, and is not started anew. A share counts when 1000 rows have been read, or as many as it says, and at the end of the input. Without it any number.");

    static final Key<Map<String, Secret>> OPTIONS =
            Key.of("options", ValueTypes.mapOf(ValueTypes.textWithSecrets()))
                    .describedAs(
                            "Options of Flink and of flink-gpu for this job, by their full names.");

    /** All of them. */
    public static final List<Key<?>> ALL =
            List.of(NAME, MODE, PARALLELISM, PROFILE, CHECKPOINTS, RESTART, ERROR_BUDGET, OPTIONS);

    private PipelineKeys() {}

    private static ErrorBudget budget(String text) {
        try {
            return ErrorBudget.parse(text);
        } catch (IllegalArgumentException invalid) {
            throw new IllegalArgumentException(
                    "It must be '100 rows', '1 %' or '1 % after 500 rows', and at most 100 %.",
                    invalid);
        }
    }
}
