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
import io.flinkgpu.benchmarks.sql.RowByRowFunction;
import io.flinkgpu.benchmarks.sql.SqlQuery;
import io.flinkgpu.inference.tensorflow.TensorFlowRuntime;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.apache.flink.util.IOUtils;

/** {@code gpu_infer} against a scalar function that calls the SavedModel row by row. */
@Internal
public final class SqlFunction implements Scenario {

    private static final int PARALLELISM = 1;
    private static final int BATCHES_IN_FLIGHT = 4;

    private final ModelSource source;
    private final int batchSize;
    private final ScenarioInfo info;
    private BenchModel model;
    private BenchCluster cluster;
    private Throughput ours;
    private Throughput peer;

    public SqlFunction(ModelSource source, int batchSize, Plan plan) {
        this.source = source;
        this.batchSize = batchSize;
        this.info =
                ScenarioInfo.of(
                                "udf",
                                "rows/s of a query with gpu_infer against one whose scalar function calls the SavedModel row by row",
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
        cluster = BenchCluster.start(PARALLELISM, scratch);
        String createRows = PredictStatements.createRows(model.rowFloats());
        ours =
                throughput(
                                new SqlQuery(
                                        List.of("LOAD MODULE `flink-gpu`", createRows),
                                        PredictStatements.call("gpu_infer", literal())))
                        .with(
                                new Configuration()
                                        .set(
                                                ExecutionConfigOptions
                                                        .TABLE_EXEC_ASYNC_SCALAR_MAX_CONCURRENT_OPERATIONS,
                                                rowsInFlight()));
        peer =
                throughput(
                        new SqlQuery(
                                Map.of("row_by_row", new RowByRowFunction(model)),
                                List.of(createRows),
                                PredictStatements.call("row_by_row")));
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
        settings.put("parallelism", PARALLELISM);
        settings.put("batchSize", batchSize);
        settings.put("rowsInFlight", rowsInFlight());
        settings.put("threadsOfAnOperation", model.threadsText());
        settings.put("checkpoints", "unaligned, every second, rocksdb");
        settings.put("rowsOfLastJob", ours.lastRows());
        settings.put("rowsOfPeersLastJob", peer.lastRows());
        settings.put("peer", "ScalarFunction with one model copy, one row a call");
        return settings;
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(cluster);
    }

    private Throughput throughput(SqlQuery query) {
        return new Throughput(cluster, PARALLELISM, rowsInFlight(), query);
    }

    private int rowsInFlight() {
        return BATCHES_IN_FLIGHT * batchSize;
    }

    private String literal() {
        return "%s?outputs=%s&batch.max-size=%d&model-option.%s=%d"
                .formatted(
                        model.directory(),
                        model.scores(),
                        batchSize,
                        TensorFlowRuntime.INTRA_OP_THREADS,
                        model.threads());
    }
}
