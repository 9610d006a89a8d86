package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.flink.BenchCluster;
import io.flinkgpu.benchmarks.flink.RowByRow;
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
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.IOUtils;

/** Our inference against a map function that calls the SavedModel row by row, in the same slots. */
@Internal
public final class Naive implements Scenario {

    private final ModelSource source;
    private final int batchSize;
    private final int parallelism;
    private final ScenarioInfo info;
    private BenchModel model;
    private InferenceStage stage;
    private BenchCluster cluster;
    private Throughput ours;
    private Throughput peer;

    public Naive(ModelSource source, int batchSize, int parallelism, Plan plan) {
        this.source = source;
        this.batchSize = batchSize;
        this.parallelism = parallelism;
        this.info =
                ScenarioInfo.of(
                                "naive",
                                "rows/s of a job against one whose map function calls the SavedModel row by row",
                                "rows/s",
                                RatioRule.OURS_OVER_PEER,
                                plan)
                        .withVariant(source.name());
    }

    @Override
    public ScenarioInfo info() {
        return info;
    }

    @Override
    public void prepare(Path scratch) throws Exception {
        model = source.provide(scratch);
        stage = InferenceStage.of(model, batchSize);
        cluster = BenchCluster.start(parallelism, scratch);
        ours = new Throughput(cluster, model, parallelism, stage);
        peer = new Throughput(cluster, model, parallelism, rows -> rows.map(new RowByRow(model)));
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        Throughput job = run.side() == Side.OURS ? ours : peer;
        return Measurement.of(job.measure(run.length()));
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", model.name());
        settings.put("rowFloats", model.rowFloats());
        settings.put("parallelism", parallelism);
        settings.putAll(stage.settings());
        settings.put("threadsOfAnOperation", model.threadsText());
        settings.put("rowsOfLastJob", ours.lastRows());
        settings.put("rowsOfPeersLastJob", peer.lastRows());
        settings.put("peer", "RichMapFunction, one model copy a subtask, one row a call");
        return settings;
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(cluster);
    }
}
