package io.flinkgpu.deploy.demo;

import io.flinkgpu.examples.DigitsJob;
import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.resources.StageProfiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.util.ParameterTool;

/**
 * The valid settings of one demo run.
 *
 * @param input a directory, a file, or a file list ({@code *.txt}); absolute
 * @param output where results, dead letters and checkpoints go; absolute
 * @param profiles the YAML file with the profiles {@value #DECODE} and {@value #INFERENCE};
 *     absolute
 * @param parallelism subtasks of each stage, at least 1
 * @param repeat how often each file is read, at least 1
 * @param batchSize most rows of an inference batch, at least 1
 * @param mode where the model runs
 * @param pools those that answer in mode separated; none: the one that the demo starts
 * @param options Flink's and ours for the job, which win over the demo's own
 */
record DemoConfig(
        Path input,
        Path output,
        Path profiles,
        ImageModel model,
        int parallelism,
        int repeat,
        int batchSize,
        InferenceMode mode,
        List<PoolAddress> pools,
        Map<String, String> options) {

    /** The profile of source, decoder and sinks. */
    static final String DECODE = "decode";

    /** The profile of the model. */
    static final String INFERENCE = "inference";

    private static final String JOB_SETS_IT =
            "The demo's job sets it; copy examples/digits-job.jar's DigitsJob to change it.";

    /** Options that the demo's job sets itself, and what to do instead. */
    private static final Map<ConfigOption<?>, String> FIXED =
            Map.of(
                    InferenceOptions.MODE, "Use --mode.",
                    PoolOptions.ADDRESSES, "Use --pool.",
                    InferenceOptions.MAX_BATCH_SIZE, "Use --batch-size.",
                    CoreOptions.DEFAULT_PARALLELISM, "Use --parallelism.",
                    InferenceOptions.MAX_BATCH_DELAY, JOB_SETS_IT,
                    InferenceOptions.OUTPUT_MODE, JOB_SETS_IT);

    /**
     * Makes the paths absolute.
     *
     * @throws IllegalArgumentException naming every number that is out of range, and every option
     *     that cannot be set
     */
    DemoConfig {
        input = input.toAbsolutePath().normalize();
        output = output.toAbsolutePath().normalize();
        profiles = profiles.toAbsolutePath().normalize();
        pools = List.copyOf(pools);
        options = Map.copyOf(options);
        List<String> problems = new ArrayList<>();
        requirePositive("--parallelism", parallelism, problems);
        requirePositive("--repeat", repeat, problems);
        requirePositive("--batch-size", batchSize, problems);
        refuseFixed(options, problems);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join(" ", problems));
        }
    }

    /** The same run against a pool. */
    DemoConfig withPool(PoolAddress address) {
        return new DemoConfig(
                input,
                output,
                profiles,
                model,
                parallelism,
                repeat,
                batchSize,
                mode,
                List.of(address),
                options);
    }

    /** Whether the demo has to start a pool before the job. */
    boolean needsOwnPool() {
        return mode == InferenceMode.SEPARATED && pools.isEmpty();
    }

    /** The arguments of {@link DigitsJob} for this run. */
    ParameterTool jobArguments() {
        Map<String, String> arguments = new LinkedHashMap<>();
        arguments.put("input", input.toString());
        arguments.put("output", output.toString());
        arguments.put("profiles", profiles.toString());
        arguments.put("repeat", Integer.toString(repeat));
        arguments.put("batch-size", Integer.toString(batchSize));
        arguments.putAll(model.jobArguments());
        return ParameterTool.fromMap(arguments);
    }

    /** Where the classified images go. */
    Path results() {
        return output.resolve(DigitsJob.RESULTS);
    }

    /** Where the files go that could not be classified. */
    Path deadLetters() {
        return output.resolve(DigitsJob.DEAD_LETTERS);
    }

    /**
     * The profiles of the two stages, decode first; others in the file are left out.
     *
     * @throws IllegalArgumentException if the file has problems or lacks one of them
     */
    List<StageProfile> stages() {
        StageProfiles all = StageProfiles.fromYaml(profiles);
        return List.of(all.get(DECODE), all.get(INFERENCE));
    }

    /** The stages as the job's own cluster must place them. */
    List<StageProfile> placedStages() {
        return mode == InferenceMode.SEPARATED
                ? stages().stream().map(StageProfile::withoutGpu).toList()
                : stages();
    }

    private static void refuseFixed(Map<String, String> options, List<String> problems) {
        FIXED.forEach(
                (option, instead) -> {
                    if (options.containsKey(option.key())) {
                        problems.add(
                                "Invalid -D %s=%s. %s"
                                        .formatted(
                                                option.key(), options.get(option.key()), instead));
                    }
                });
    }

    private static void requirePositive(String option, int value, List<String> problems) {
        if (value < 1) {
            problems.add("Invalid %s: %d. It must be at least 1.".formatted(option, value));
        }
    }
}
