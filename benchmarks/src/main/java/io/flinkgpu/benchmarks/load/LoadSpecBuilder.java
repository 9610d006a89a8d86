package io.flinkgpu.benchmarks.load;

import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.resources.StageProfile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/**
 * Collects the settings of a load run.
 *
 * <p>What is not set: mode fused, UNORDERED, 10,000 rows of 128 floats as fast as possible, two
 * subtasks a stage, batches of 32 rows that wait 10 ms at most, a checkpoint every second, and
 * profiles for the local clusters: two subtasks fit on a mixed cluster with two GPU task managers,
 * four on a cluster of kind cpu in mode separated; rows are made by the job, and results go into
 * files. Not thread-safe.
 */
@Internal
public final class LoadSpecBuilder {

    private final String directory;
    private final ModelRef model;
    private final Map<String, String> options = new TreeMap<>();
    private InferenceMode mode = InferenceMode.FUSED;
    private List<PoolAddress> pools = List.of();
    private OutputMode outputMode = OutputMode.UNORDERED;
    private long rows = 10_000;
    private int width = 128;
    private double rowsPerSecond;
    private int parallelism = 2;
    private int batchSize = 32;
    private Duration maxBatchDelay = Duration.ofMillis(10);
    private Duration checkpointInterval = Duration.ofSeconds(1);
    private StageProfile cpuProfile = defaultCpuProfile();
    @Nullable private StageProfile inferenceProfile;
    private LoadEdges edges = new FileEdges();

    LoadSpecBuilder(String directory, ModelRef model) {
        this.directory = directory;
        this.model = model;
    }

    /** Runs the model in the task managers of the job. */
    public LoadSpecBuilder fused() {
        mode = InferenceMode.FUSED;
        pools = List.of();
        return this;
    }

    /** Has these pools answer. */
    public LoadSpecBuilder separated(PoolAddress... addresses) {
        mode = InferenceMode.SEPARATED;
        pools = List.of(addresses);
        return this;
    }

    /** The order in which results leave inference. */
    public LoadSpecBuilder outputMode(OutputMode order) {
        outputMode = order;
        return this;
    }

    /** How many rows the source makes. */
    public LoadSpecBuilder rows(long count) {
        rows = count;
        return this;
    }

    /** Floats of a row. */
    public LoadSpecBuilder width(int floats) {
        width = floats;
        return this;
    }

    /** Rows per second of all source subtasks together; 0: as fast as possible. */
    public LoadSpecBuilder rowsPerSecond(double rate) {
        rowsPerSecond = rate;
        return this;
    }

    /** Subtasks of each stage. */
    public LoadSpecBuilder parallelism(int subtasks) {
        parallelism = subtasks;
        return this;
    }

    /** Most rows of an inference batch, and how long it may wait for them. */
    public LoadSpecBuilder batch(int size, Duration maxDelay) {
        batchSize = size;
        maxBatchDelay = maxDelay;
        return this;
    }

    /** Time from checkpoint to checkpoint. */
    public LoadSpecBuilder checkpointInterval(Duration interval) {
        checkpointInterval = interval;
        return this;
    }

    /** What a subtask of source and sinks needs. */
    public LoadSpecBuilder cpuProfile(StageProfile profile) {
        cpuProfile = profile;
        return this;
    }

    /** What a subtask of inference needs. */
    public LoadSpecBuilder inferenceProfile(StageProfile profile) {
        inferenceProfile = profile;
        return this;
    }

    /** Where rows come from and results go. */
    public LoadSpecBuilder edges(LoadEdges edges) {
        this.edges = edges;
        return this;
    }

    /** One more option of the job. */
    public <T> LoadSpecBuilder option(ConfigOption<T> option, T value) {
        options.putAll(new Configuration().set(option, value).toMap());
        return this;
    }

    /**
     * The settings.
     *
     * @throws IllegalArgumentException naming everything that is out of range
     */
    public LoadSpec build() {
        return new LoadSpec(
                directory,
                model,
                mode,
                pools,
                outputMode,
                rows,
                width,
                rowsPerSecond,
                parallelism,
                batchSize,
                maxBatchDelay,
                checkpointInterval,
                cpuProfile,
                inferenceProfile == null ? defaultInferenceProfile(mode) : inferenceProfile,
                edges,
                options);
    }

    /** The managed memory keeps the stage off GPU task managers, which have none. */
    private static StageProfile defaultCpuProfile() {
        return StageProfile.named("load")
                .cpuCores(0.5)
                .taskHeap(MemorySize.ofMebiBytes(128))
                .managed(MemorySize.ofMebiBytes(16))
                .build();
    }

    /** Fused, the off-heap memory is TensorFlow's; separated, it holds messages. */
    private static StageProfile defaultInferenceProfile(InferenceMode mode) {
        StageProfile.Builder profile =
                StageProfile.named("inference").cpuCores(0.5).taskHeap(MemorySize.ofMebiBytes(128));
        return mode == InferenceMode.SEPARATED
                ? profile.taskOffHeap(MemorySize.ofMebiBytes(128)).build()
                : profile.taskOffHeap(MemorySize.ofMebiBytes(512)).gpus(1).build();
    }
}
