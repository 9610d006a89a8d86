package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.flink.BenchCluster;
import io.flinkgpu.benchmarks.flink.RepeatingRows;
import io.flinkgpu.benchmarks.flink.Throughput;
import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.benchmarks.model.BenchModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.IOUtils;

/** A job that reuses answers against the same job that runs every row. */
@Internal
public final class Dedupe implements Scenario {

    /** What runs the rows. */
    public enum Device {
        /** The model itself, on the processor that the job runs on, too. */
        PROCESSOR("cnn"),
        /** Takes time as a device of its own would, and no processor. */
        SIMULATED("simulated device");

        private final String title;

        Device(String title) {
            this.title = title;
        }
    }

    private static final int PARALLELISM = 1;
    private static final Duration RUN_OF_A_ROW = Duration.ofNanos(100_000);
    private static final int PERCENT = 100;

    private final ModelSource source;
    private final Device device;
    private final int repeated;
    private final int batchSize;
    private final ScenarioInfo info;
    private BenchModel model;
    private BenchCluster cluster;
    private Throughput reusing;
    private Throughput running;
    private double savedPercent;

    /**
     * One kind of rows on one kind of device.
     *
     * @param source of the model whose rows they are
     * @param repeated how many of ten rows are equal to an earlier one
     */
    public Dedupe(ModelSource source, Device device, int repeated, int batchSize, Plan plan) {
        this.source = source;
        this.device = device;
        this.repeated = repeated;
        this.batchSize = batchSize;
        this.info =
                ScenarioInfo.of(
                                "dedupe",
                                "rows/s of a job that reuses answers against one that runs every row, and runs saved",
                                "rows/s",
                                RatioRule.OURS_OVER_PEER,
                                plan)
                        .withVariant(
                                "%s, %d %% repeated".formatted(device.title, repeatedPercent()));
    }

    @Override
    public ScenarioInfo info() {
        return info;
    }

    @Override
    public void prepare(Path scratch) throws Exception {
        model = source.provide(scratch);
        InferenceStage stage =
                device == Device.PROCESSOR
                        ? InferenceStage.of(model, batchSize)
                        : InferenceStage.withSimulatedDevice(batchSize, RUN_OF_A_ROW);
        cluster = BenchCluster.start(PARALLELISM, scratch);
        RepeatingRows rows = new RepeatingRows(model, repeated);
        reusing = new Throughput(cluster, rows, PARALLELISM, stage.reusingAnswers());
        running = new Throughput(cluster, rows, PARALLELISM, stage);
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        if (run.side() == Side.PEER) {
            return Measurement.of(running.measure(run.length()));
        }
        double rowsPerSecond = reusing.measure(run.length());
        savedPercent = PERCENT * (1 - (double) reusing.lastModelRows() / reusing.lastRows());
        return new Measurement(rowsPerSecond, Map.of("modelRowsSavedPercent", savedPercent));
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", device.title);
        if (device == Device.SIMULATED) {
            settings.put("runMicrosOfARow", RUN_OF_A_ROW.toNanos() / 1e3);
        }
        settings.put("rowFloats", model.rowFloats());
        settings.put("repeatedPercent", repeatedPercent());
        settings.put("rowsBetweenEqualOnes", RepeatingRows.DISTANCE);
        settings.put("batchSize", batchSize);
        settings.put("parallelism", PARALLELISM);
        settings.put("checkpoints", "unaligned, every second, rocksdb");
        settings.put("rowsOfLastJob", reusing.lastRows());
        settings.put("peer", "the same job without reuse");
        return settings;
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(cluster);
    }

    private int repeatedPercent() {
        return repeated * PERCENT / 10;
    }
}
