package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.cluster.DisturbedLoad;
import io.flinkgpu.benchmarks.cluster.RealClusters;
import io.flinkgpu.benchmarks.load.LoadSpec;
import io.flinkgpu.benchmarks.load.LoadSpecBuilder;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.configuration.MemorySize;

/** The load that faults and rescales are measured under, the same on both sides. */
final class SteadyLoad {

    static final int BATCH_SIZE = 16;

    private static final double RATE = 200;
    private static final int WIDTH = 128;
    private static final Duration MAX_DELAY = Duration.ofMillis(10);
    private static final Duration CHECKPOINTS = Duration.ofMillis(500);
    private static final Duration LOAD = Duration.ofMillis(500);
    private static final Duration BASE = Duration.ofMillis(5);
    private static final Duration PER_ROW = Duration.ofNanos(100_000);

    private SteadyLoad() {}

    /** An echo that takes time and uses no processor. */
    static ModelRef model() {
        return SimulatedModel.named("echo")
                .ofRows(DataType.FLOAT32, Shape.of(WIDTH))
                .taking(BASE, PER_ROW)
                .loading(LOAD, MemorySize.ofMebiBytes(1))
                .ref();
    }

    /**
     * The settings of one run.
     *
     * @param length of the load when nothing disturbs it
     */
    static LoadSpecBuilder spec(Path scratch, Duration length) {
        return LoadSpec.of(scratch.resolve("load-" + UUID.randomUUID()), model())
                .width(WIDTH)
                .rowsPerSecond(RATE)
                .rows((long) (RATE * length.toSeconds()))
                .batch(BATCH_SIZE, MAX_DELAY)
                .checkpointInterval(CHECKPOINTS);
    }

    static Map<String, Object> settings(Duration length) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", "simulated");
        settings.put("loadMillis", LOAD.toMillis());
        settings.put("batchMillis", BASE.plus(PER_ROW.multipliedBy(BATCH_SIZE)).toNanos() / 1e6);
        settings.put("rowsPerSecond", RATE);
        settings.put("rows", (long) (RATE * length.toSeconds()));
        settings.put("batchSize", BATCH_SIZE);
        settings.put("maxBatchDelayMillis", MAX_DELAY.toMillis());
        settings.put(
                "checkpoints", "unaligned, every %d ms, rocksdb".formatted(CHECKPOINTS.toMillis()));
        settings.put("calmMillis", DisturbedLoad.CALM.toMillis());
        settings.put("hardware", RealClusters.HARDWARE);
        settings.put("detection", RealClusters.detection());
        settings.put("gap", "longest time between committed rows, by when they left inference");
        return settings;
    }
}
