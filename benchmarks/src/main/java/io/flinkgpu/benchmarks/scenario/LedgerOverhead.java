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
import io.flinkgpu.benchmarks.model.BenchModel;
import io.flinkgpu.state.ledger.LedgerConfig;
import io.flinkgpu.state.ledger.LedgerException;
import io.flinkgpu.state.ledger.LedgerOptions;
import io.flinkgpu.state.ledger.RunLedger;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.IOUtils;

/** A job that tells the ledger of its checkpoints against the same job without a ledger. */
@Internal
public final class LedgerOverhead implements Scenario {

    private static final int PARALLELISM = 1;

    /** A third of a run's rows passes while its ledger is opened and compiled. */
    private static final int SKIPPED_OF = 3;

    private final ModelSource source;
    private final int batchSize;
    private final ScenarioInfo info;
    private String url;
    private BenchModel model;
    private InferenceStage stage;
    private BenchCluster cluster;
    private Throughput with;
    private Throughput without;

    public LedgerOverhead(ModelSource source, int batchSize, Plan plan) {
        this.source = source;
        this.batchSize = batchSize;
        this.info =
                ScenarioInfo.of(
                        "ledger-overhead",
                        "rows/s of a job with a ledger in SQLite against the same job without",
                        "rows/s",
                        RatioRule.OURS_OVER_PEER,
                        plan);
    }

    @Override
    public ScenarioInfo info() {
        return info;
    }

    @Override
    public void prepare(Path scratch) throws Exception {
        url = "jdbc:sqlite:" + scratch.resolve("ledger.db");
        model = source.provide(scratch);
        stage = InferenceStage.of(model, batchSize);
        cluster = BenchCluster.start(PARALLELISM, scratch);
        with =
                new Throughput(cluster, model, PARALLELISM, stage)
                        .with(new Configuration().set(LedgerOptions.URL, url))
                        .skipping(SKIPPED_OF);
        without = new Throughput(cluster, model, PARALLELISM, stage).skipping(SKIPPED_OF);
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        Throughput job = run.side() == Side.OURS ? with : without;
        // The same rows for both sides: what a run begins with weighs the more, the shorter it is.
        double rowsPerSecond = job.measure(without.rowsWithin(run.length()));
        return new Measurement(
                rowsPerSecond, Map.of("processorNanosPerRow", job.lastProcessorNanosPerRow()));
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", model.name());
        settings.put("rowFloats", model.rowFloats());
        settings.put("parallelism", PARALLELISM);
        settings.putAll(stage.settings());
        settings.put("threadsOfAnOperation", model.threadsText());
        settings.put("rowsOfLastJob", with.lastRows());
        settings.put("rowsOfPeersLastJob", without.lastRows());
        settings.put("checkpointsOfLastJob", checkpointsOfLastJob());
        settings.put("peer", "the same job without a ledger");
        return settings;
    }

    private int checkpointsOfLastJob() {
        try (RunLedger ledger = RunLedger.open(LedgerConfig.of(url))) {
            return ledger.history(ledger.runs(1).get(0).id()).checkpoints().size();
        } catch (LedgerException unreadable) {
            throw new IllegalStateException(unreadable.getMessage(), unreadable);
        }
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(cluster);
    }
}
