package io.flinkgpu.benchmarks.load;

import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.faulty.FaultInjection;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.resources.StageProfile;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/**
 * The valid settings of one load run. Immutable and serialisable.
 *
 * @param directory where results, dead letters and checkpoints go, on a file system that all task
 *     managers share; absolute, as a string because a path cannot be serialised
 * @param model what answers: an echo, whose answers are checked, or a model with one float input
 *     and one float output
 * @param mode where the model runs
 * @param pools what answers in mode separated; empty in mode fused
 * @param outputMode the order in which results leave inference
 * @param rows how many rows the source makes, at least 1; their ids are 0 to {@code rows - 1}
 * @param width floats of a row, at least 1
 * @param rowsPerSecond of all source subtasks together; 0: as fast as possible
 * @param parallelism subtasks of each stage, at least 1
 * @param batchSize most rows of an inference batch, at least 1
 * @param maxBatchDelay how long a batch may wait for more rows, not negative
 * @param checkpointInterval at least 10 ms
 * @param cpuProfile of source and sinks
 * @param inferenceProfile of inference
 * @param edges where rows come from and results go
 * @param options more options of the job, such as those of Flink, inference and pool clients
 */
@Internal
public record LoadSpec(
        String directory,
        ModelRef model,
        InferenceMode mode,
        List<PoolAddress> pools,
        OutputMode outputMode,
        long rows,
        int width,
        double rowsPerSecond,
        int parallelism,
        int batchSize,
        Duration maxBatchDelay,
        Duration checkpointInterval,
        StageProfile cpuProfile,
        StageProfile inferenceProfile,
        LoadEdges edges,
        Map<String, String> options)
        implements Serializable {

    /** The runtime of {@link io.flinkgpu.inference.model.simulated.SimulatedModel}, an echo. */
    private static final String ECHO_RUNTIME = "simulated";

    /** An option of other models, which their runtimes do not know. */
    private static final String ECHOES = "load.echoes";

    /** Flink's own bound (CheckpointCoordinatorConfiguration). */
    private static final Duration MIN_CHECKPOINT_INTERVAL = Duration.ofMillis(10);

    /**
     * Makes the directory absolute and copies the collections.
     *
     * @throws IllegalArgumentException naming everything that is out of range
     */
    public LoadSpec {
        directory = Path.of(directory).toAbsolutePath().normalize().toString();
        pools = List.copyOf(pools);
        options = Map.copyOf(options);
        List<String> problems = new ArrayList<>();
        checkRows(rows, width, rowsPerSecond, problems);
        requirePositive("parallelism", parallelism, problems);
        requirePositive("batch size", batchSize, problems);
        checkTimes(maxBatchDelay, checkpointInterval, problems);
        checkPools(mode, pools, problems);
        checkProfiles(cpuProfile, inferenceProfile, problems);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join(" ", problems));
        }
    }

    /** Starts the settings of a run; see {@link LoadSpecBuilder} for the defaults. */
    public static LoadSpecBuilder of(Path directory, ModelRef model) {
        return new LoadSpecBuilder(directory.toString(), model);
    }

    /** A model that answers each row with the row itself, and is held to it. */
    public static ModelRef echo(ModelRef model) {
        return model.withOption(ECHOES, "true");
    }

    /** Whether the model is to answer each row with the row itself. */
    public boolean echoes() {
        ModelRef undisturbed = FaultInjection.undisturbed(model);
        return undisturbed.runtime().equals(ECHO_RUNTIME)
                || undisturbed.options().containsKey(ECHOES);
    }

    /** Where the results go. */
    public Path results() {
        return Path.of(directory, "results");
    }

    /** Where the rows go that could not be inferred. */
    public Path deadLetters() {
        return Path.of(directory, "dead-letters");
    }

    /** Where checkpoints go. */
    public Path checkpoints() {
        return Path.of(directory, "checkpoints");
    }

    /** Ids are kept in bit sets, which end at the largest int. */
    private static void checkRows(
            long rows, int width, double rowsPerSecond, List<String> problems) {
        if (rows < 1 || rows > Integer.MAX_VALUE) {
            problems.add(
                    "Invalid rows: %d. It must be between 1 and %d."
                            .formatted(rows, Integer.MAX_VALUE));
        }
        requirePositive("width", width, problems);
        if (!(rowsPerSecond >= 0) || Double.isInfinite(rowsPerSecond)) {
            problems.add(
                    "Invalid rows per second: %s. It must be above 0, or 0 for as fast as possible."
                            .formatted(rowsPerSecond));
        }
    }

    private static void checkTimes(
            Duration maxBatchDelay, Duration checkpointInterval, List<String> problems) {
        if (maxBatchDelay.isNegative()) {
            problems.add(
                    "Invalid max batch delay: %s. It must not be negative."
                            .formatted(maxBatchDelay));
        }
        if (checkpointInterval.compareTo(MIN_CHECKPOINT_INTERVAL) < 0) {
            problems.add(
                    "Invalid checkpoint interval: %s. It must be at least %s."
                            .formatted(checkpointInterval, MIN_CHECKPOINT_INTERVAL));
        }
    }

    private static void checkPools(
            InferenceMode mode, List<PoolAddress> pools, List<String> problems) {
        if (mode == InferenceMode.SEPARATED && pools.isEmpty()) {
            problems.add("Invalid pools: none. Mode separated needs at least one.");
        }
        if (mode == InferenceMode.FUSED && !pools.isEmpty()) {
            problems.add(
                    "Invalid pools: %s. Mode fused asks none; use mode separated."
                            .formatted(pools));
        }
    }

    private static void checkProfiles(
            StageProfile cpu, StageProfile inference, List<String> problems) {
        if (cpu.usesGpu()) {
            problems.add(
                    "Invalid profile '%s': %s GPUs. Source and sinks use none."
                            .formatted(cpu.name(), cpu.gpus()));
        }
        if (cpu.name().equals(inference.name())) {
            problems.add(
                    "Invalid profiles: both are named '%s'. Give each a name of its own."
                            .formatted(cpu.name()));
        }
    }

    private static void requirePositive(String what, int value, List<String> problems) {
        if (value < 1) {
            problems.add("Invalid %s: %d. It must be at least 1.".formatted(what, value));
        }
    }
}
