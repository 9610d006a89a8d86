package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.cluster.RealClusters;
import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.benchmarks.table.TableRun;
import io.flinkgpu.benchmarks.table.TableSpec;
import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.LocalCluster;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.annotation.Internal;

/**
 * Everything that runs a job is killed when the table holds a share of its rows: the time from
 * there to the last row, and how many rows the model is asked for again.
 *
 * <p>The time begins when a new cluster runs, which either side needs.
 */
@Internal
public final class Resume implements Scenario {

    private static final Duration ENDS_WITHIN = Duration.ofMinutes(5);

    private final Peer peer;
    private final int repeat;
    private final double share;
    private final ScenarioInfo info;
    private Path scratch;
    private RealClusters clusters;
    private int started;

    /** What is done without {@code flink-gpu resume}. */
    public enum Peer {
        /** The job is submitted again, into an empty table. */
        FROM_SCRATCH("from scratch", "the same job, submitted again for an empty table"),
        /** Whoever knows the path of the newest checkpoint gives it to {@code flink run -s}. */
        BY_HAND(
                "by hand",
                "the same job, submitted by 'flink run -s' with the path of its newest checkpoint");

        private final String variant;
        private final String description;

        Peer(String variant, String description) {
            this.variant = variant;
            this.description = description;
        }
    }

    /**
     * Measures against one of them.
     *
     * @param repeat how often each of the thousand images is read
     * @param share of the rows that the table holds when everything is killed, in {@code (0, 1)}
     */
    public Resume(Peer peer, int repeat, double share, Plan plan) {
        this.peer = peer;
        this.repeat = repeat;
        this.share = share;
        this.info =
                ScenarioInfo.of(
                                "resume",
                                "time to the last row after every process of a job was killed",
                                "ms",
                                RatioRule.PEER_OVER_OURS,
                                plan)
                        .withVariant(peer.variant);
    }

    @Override
    public ScenarioInfo info() {
        return info;
    }

    @Override
    public void prepare(Path directory) {
        scratch = directory;
        clusters = new RealClusters(directory);
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        Distribution distribution = Distribution.current();
        TableSpec spec =
                TableSpec.of(scratch.resolve("run-" + UUID.randomUUID()), distribution, repeat);
        LocalCluster first = cluster();
        TableRun killed = TableRun.start(first, spec);
        killed.awaitRows(spec, Math.round(spec.rows() * share), ENDS_WITHIN);
        TableRun.killAll(first);
        LocalCluster second = cluster();
        long begin = System.nanoTime();
        TableRun goingOn = goOn(run.side(), second, spec, killed, distribution);
        goingOn.awaitEnd(ENDS_WITHIN);
        double millis = (System.nanoTime() - begin) / 1e6;
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("rowsInferred", (double) goingOn.rowsInferred());
        second.stop();
        return new Measurement(millis, details);
    }

    private TableRun goOn(
            Side side,
            LocalCluster cluster,
            TableSpec spec,
            TableRun killed,
            Distribution distribution)
            throws Exception {
        if (side == Side.OURS) {
            return TableRun.resume(cluster, spec, new PrintWriter(Writer.nullWriter()));
        }
        return switch (peer) {
            case BY_HAND -> TableRun.startFrom(cluster, spec, killed.newestCheckpoint(spec));
            case FROM_SCRATCH ->
                    TableRun.start(
                            cluster,
                            TableSpec.of(
                                    scratch.resolve("run-" + UUID.randomUUID()),
                                    distribution,
                                    repeat));
        };
    }

    private LocalCluster cluster() {
        return clusters.start("cluster-" + started++, ClusterShape.cpu());
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", "digits CNN, TensorFlow");
        settings.put("rows", 1000L * repeat);
        settings.put("killedAtShare", share);
        settings.put("checkpoints", "unaligned, every 500 ms, rocksdb");
        settings.put("kill", "SIGKILL of job manager and task manager; both start anew");
        settings.put("time", "from the submission to a cluster that runs to the job's end");
        settings.put("hardware", RealClusters.HARDWARE);
        settings.put("peer", peer.description);
        return settings;
    }

    @Override
    public void close() {
        if (clusters != null) {
            clusters.close();
        }
    }
}
