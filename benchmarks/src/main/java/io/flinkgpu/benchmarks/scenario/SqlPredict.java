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
import io.flinkgpu.benchmarks.model.SqlModel;
import io.flinkgpu.benchmarks.sql.PredictStatements;
import io.flinkgpu.benchmarks.sql.RepairedTritonFactory;
import io.flinkgpu.benchmarks.sql.SqlQuery;
import io.flinkgpu.inference.tensorflow.TensorFlowRuntime;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.IOUtils;

/**
 * {@code ML_PREDICT} with our provider against the same query with Flink's own provider for servers
 * of the Open Inference Protocol, which asks a replica server of ours over HTTP.
 *
 * <p>The peer is {@link RepairedTritonFactory}, since the artifact does not run as released.
 */
@Internal
public final class SqlPredict implements Scenario {

    /** Where our model runs. */
    public enum Place {
        /** In the process of the job. */
        IN_PROCESS("in process"),
        /** On the server that the peer asks, too, over gRPC. */
        POOL("pool");

        private final String title;

        Place(String title) {
            this.title = title;
        }
    }

    /** How the peer is set. */
    public enum PeerSettings {
        /** What a user gets: ten rows in flight, in their order. */
        DEFAULTS("peer's defaults"),
        /** Rows in flight as ours, in any order. */
        BEST("peer's best");

        private final String title;

        PeerSettings(String title) {
            this.title = title;
        }
    }

    private static final int PARALLELISM = 1;
    private static final int BATCHES_IN_FLIGHT = 4;

    private final Function<Path, SqlModel> source;
    private final Place place;
    private final PeerSettings peerSettings;
    private final ScenarioInfo info;
    private SqlModel model;
    private ReplicaProcess server;
    private BenchCluster cluster;
    private Throughput ours;
    private Throughput peer;

    /**
     * One kind of rows, in one place, against one setting of the peer.
     *
     * @param rows what reports call them
     * @param source gives the model; may export it below the scratch directory
     */
    public SqlPredict(
            String rows,
            Function<Path, SqlModel> source,
            Place place,
            PeerSettings peerSettings,
            Plan plan) {
        this.source = source;
        this.place = place;
        this.peerSettings = peerSettings;
        this.info =
                ScenarioInfo.of(
                                "sql-predict",
                                "rows/s of ML_PREDICT against Flink's provider for Triton servers, repaired, over HTTP to the same server",
                                "rows/s",
                                RatioRule.OURS_OVER_PEER,
                                plan)
                        .withVariant("%s, %s, %s".formatted(rows, place.title, peerSettings.title));
    }

    @Override
    public ScenarioInfo info() {
        return info;
    }

    @Override
    public void prepare(Path scratch) throws Exception {
        model = source.apply(scratch);
        server =
                ReplicaProcess.start(
                        model.directory(), model.batchSize(), scratch.resolve("server.log"));
        cluster = BenchCluster.start(PARALLELISM, scratch);
        ours = throughput("flink-gpu", ourOptions(), manyInFlight());
        peer = throughput(RepairedTritonFactory.REPAIRED, peerOptions(), peerConfig());
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        Throughput job = run.side() == Side.OURS ? ours : peer;
        return Measurement.of(job.measure(run.length()));
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", info.variant());
        settings.put("network", model.name());
        settings.put("rowFloats", model.elements());
        settings.put("parallelism", PARALLELISM);
        settings.put("batchSize", model.batchSize());
        settings.put("threadsOfAnOperation", 1);
        settings.put("call", manyInFlight());
        settings.put("peersCall", peerConfig());
        settings.put("checkpoints", "unaligned, every second, rocksdb");
        settings.put("rowsOfLastJob", ours.lastRows());
        settings.put("rowsOfPeersLastJob", peer.lastRows());
        settings.put("peer", "flink-model-triton, repaired, over HTTP to a replica server of ours");
        return settings;
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(cluster, server);
    }

    private Throughput throughput(
            String provider, Map<String, String> options, Map<String, String> config) {
        SqlQuery query =
                new SqlQuery(
                        List.of(
                                PredictStatements.createRows(model.elements()),
                                PredictStatements.createModel(provider, options)),
                        PredictStatements.predict(config));
        return new Throughput(cluster, PARALLELISM, 4L * model.batchSize(), query);
    }

    private Map<String, String> ourOptions() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("location", model.directory());
        options.put("batch.max-size", String.valueOf(model.batchSize()));
        if (place == Place.POOL) {
            options.put("mode", "separated");
            options.put("pools", "static://" + server.address());
        } else {
            options.put("model-option." + TensorFlowRuntime.INTRA_OP_THREADS, "1");
        }
        return options;
    }

    private Map<String, String> peerOptions() {
        return Map.of(
                "endpoint",
                "http://" + server.address(),
                "model-name",
                Path.of(model.directory()).getFileName().toString(),
                // its default is 'latest', which the protocol does not know
                "model-version",
                "1");
    }

    private Map<String, String> peerConfig() {
        return peerSettings == PeerSettings.DEFAULTS ? Map.of() : manyInFlight();
    }

    private Map<String, String> manyInFlight() {
        int rows = BATCHES_IN_FLIGHT * model.batchSize();
        return Map.of(
                "max-concurrent-operations",
                String.valueOf(rows),
                "output-mode",
                "ALLOW_UNORDERED");
    }
}
