package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.flink.BenchCluster;
import io.flinkgpu.benchmarks.flink.Throughput;
import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.benchmarks.harness.Summary;
import io.flinkgpu.benchmarks.model.BareModel;
import io.flinkgpu.benchmarks.model.BenchModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.IOUtils;

/** The whole fused job against a loop around the bare SavedModel. */
@Internal
public final class FusedOverhead implements Scenario {

    private static final int PARALLELISM = 1;

    private final ModelSource source;
    private final int batchSize;
    private final ScenarioInfo info;
    private BenchModel model;
    private InferenceStage stage;
    private BenchCluster cluster;
    private Throughput job;
    private BareLoop loop;

    public FusedOverhead(ModelSource source, int batchSize, Plan plan) {
        this.source = source;
        this.batchSize = batchSize;
        this.info =
                ScenarioInfo.of(
                                "fused-overhead",
                                "rows/s of the whole fused job against a loop around the bare SavedModel",
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
        cluster = BenchCluster.start(PARALLELISM, scratch);
        job = new Throughput(cluster, model, PARALLELISM, stage);
        loop = new BareLoop(BareModel.load(model, batchSize), model);
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        return Measurement.of(
                run.side() == Side.OURS
                        ? job.measure(run.length())
                        : loop.rowsPerSecond(run.length()));
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", model.name());
        settings.put("rowFloats", model.rowFloats());
        settings.put("parallelism", PARALLELISM);
        settings.putAll(stage.settings());
        settings.put("callingThreads", 1);
        settings.put("threadsOfAnOperation", model.threadsText());
        settings.put("rowsOfLastJob", job.lastRows());
        settings.put("peer", "bare SavedModel in a loop, one reused input tensor");
        return settings;
    }

    @Override
    public Map<String, Object> details(Summary ours, Summary peer) throws Exception {
        CostPerRow cost = new CostPerRow(cluster, model, batchSize, info.plan().length());
        return Map.of("microsPerRow", cost.measure(ours, peer));
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(loop, cluster);
    }
}
