package io.flinkgpu.benchmarks.cluster;

import io.flinkgpu.benchmarks.load.LoadResult;
import io.flinkgpu.benchmarks.load.LoadRun;
import io.flinkgpu.benchmarks.load.LoadSpec;
import io.flinkgpu.deploy.cluster.ClusterSet;
import io.flinkgpu.deploy.cluster.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.Internal;

/** A load that runs undisturbed for a while, is disturbed, and runs on to its last row. */
@Internal
public final class DisturbedLoad {

    /** How long the load is left alone before it is disturbed. */
    public static final Duration CALM = Duration.ofSeconds(8);

    private static final Duration RUNS_WITHIN = Duration.ofSeconds(90);
    private static final Duration ENDS_WITHIN = Duration.ofMinutes(4);
    private static final Duration CANCELS_WITHIN = Duration.ofSeconds(30);

    private DisturbedLoad() {}

    /**
     * Runs a load on a cluster from its submission to its end.
     *
     * @param loading the clusters whose model loads count
     * @throws IllegalStateException if the load ends too early or too late to show anything
     */
    public static Outage run(
            LocalCluster cluster, LoadSpec spec, Disturbance disturbance, LocalCluster... loading)
            throws Exception {
        LoadRun run = LoadRun.submit(ClusterSet.rest(cluster), spec);
        try {
            return observe(run, disturbance, loading);
        } catch (Exception e) {
            cancel(run, e);
            throw e;
        }
    }

    private static Outage observe(LoadRun run, Disturbance disturbance, LocalCluster... loading)
            throws Exception {
        Wait.until("all tasks of the load run", RUNS_WITHIN, run.job()::isRunning);
        disturbance.prepare(run);
        // The first rows make each process load its classes, which takes as long as it takes.
        long before = committed(run);
        Wait.until("rows are committed", RUNS_WITHIN, () -> committed(run) > before);
        TimeUnit.MILLISECONDS.sleep(CALM.toMillis());
        int restartsBefore = run.job().restarts();
        ModelLoads loadsBefore = ModelLoads.of(loading);
        Instant begin = Instant.now();
        disturbance.apply(run);
        Instant end = Instant.now();
        LoadResult result = run.await(ENDS_WITHIN);
        return new Outage(
                result,
                begin,
                end,
                run.job().restarts() - restartsBefore,
                ModelLoads.of(loading).since(loadsBefore),
                RolledBackRows.count(run.spec().results()));
    }

    private static long committed(LoadRun run) {
        try {
            return LoadResult.read(run.spec()).results();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void cancel(LoadRun run, Exception reason) {
        try {
            run.job().cancel(CANCELS_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The clusters end anyway; the failure that led here is the one to report.
            reason.addSuppressed(e);
        }
    }
}
