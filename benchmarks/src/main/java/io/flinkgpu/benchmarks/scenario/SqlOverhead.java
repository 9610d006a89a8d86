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
import io.flinkgpu.benchmarks.sql.PredictStatements;
import io.flinkgpu.benchmarks.sql.SqlQuery;
import io.flinkgpu.inference.tensorflow.TensorFlowRuntime;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.util.IOUtils;

/** Inference in SQL against a job of our DataStream API with the same model. */
@Internal
public final class SqlOverhead implements Scenario {

    /** How SQL asks the model. */
    public enum Way {
        /** {@code ML_PREDICT} in a query. */
        ML_PREDICT("ML_PREDICT"),
        /** A table whose rows have the model's answers. */
        TABLE("table");

        private final String title;

        Way(String title) {
            this.title = title;
        }
    }

    private static final int PARALLELISM = 1;
    private static final int BATCHES_IN_FLIGHT = 4;

    private final ModelSource source;
    private final Way way;
    private final int batchSize;
    private final ScenarioInfo info;
    private BenchModel model;
    private InferenceStage stage;
    private BenchCluster cluster;
    private Throughput query;
    private Throughput job;

    public SqlOverhead(ModelSource source, Way way, int batchSize, Plan plan) {
        this.source = source;
        this.way = way;
        this.batchSize = batchSize;
        this.info =
                ScenarioInfo.of(
                                "sql-overhead",
                                "rows/s of a query with ML_PREDICT, or from a table with a model, against our DataStream API",
                                "rows/s",
                                RatioRule.OURS_OVER_PEER,
                                plan)
                        .withVariant("%s, %s".formatted(way.title, source.name()));
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
        Configuration objectReuse = new Configuration().set(PipelineOptions.OBJECT_REUSE, true);
        query =
                new Throughput(
                                cluster,
                                PARALLELISM,
                                (long) BATCHES_IN_FLIGHT * batchSize,
                                way == Way.TABLE ? ofTable() : ofFunction())
                        .with(objectReuse);
        job = new Throughput(cluster, model, PARALLELISM, stage).with(objectReuse);
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        Throughput measured = run.side() == Side.OURS ? query : job;
        return Measurement.of(measured.measure(run.length()));
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", info.variant());
        settings.put("rowFloats", model.rowFloats());
        settings.put("parallelism", PARALLELISM);
        settings.putAll(stage.settings());
        settings.put("threadsOfAnOperation", model.threadsText());
        settings.put("rowsOfLastJob", query.lastRows());
        settings.put("rowsOfPeersLastJob", job.lastRows());
        settings.put("objectReuse", true);
        if (way == Way.ML_PREDICT) {
            settings.put("timeoutOfFlink", "none");
        }
        settings.put("peer", "Inference.on(...) over tensors, in the same cluster");
        return settings;
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(cluster);
    }

    private SqlQuery ofFunction() {
        Map<String, String> call =
                Map.of(
                        "max-concurrent-operations",
                        String.valueOf(BATCHES_IN_FLIGHT * batchSize),
                        "output-mode",
                        "ALLOW_UNORDERED",
                        "timeout",
                        "0 s");
        return new SqlQuery(
                List.of(
                        PredictStatements.createRows(model.rowFloats()),
                        PredictStatements.createModel("flink-gpu", modelOptions())),
                PredictStatements.predict(call));
    }

    private SqlQuery ofTable() {
        return new SqlQuery(
                List.of(
                        PredictStatements.createInferenceTable(
                                modelOptions(), PredictStatements.rowsOptions(model.rowFloats()))),
                "SELECT scores FROM inferred_rows");
    }

    private Map<String, String> modelOptions() {
        return Map.of(
                "location",
                model.directory(),
                "output.scores",
                model.scores(),
                "batch.max-size",
                String.valueOf(batchSize),
                "model-option." + TensorFlowRuntime.INTRA_OP_THREADS,
                String.valueOf(model.threads()));
    }
}
