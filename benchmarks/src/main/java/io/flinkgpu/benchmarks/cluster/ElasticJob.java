package io.flinkgpu.benchmarks.cluster;

import io.flinkgpu.benchmarks.load.LoadRun;
import io.flinkgpu.deploy.cluster.ClusterSet;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.rest.FlinkRestClient;
import java.time.Duration;
import org.apache.flink.annotation.Internal;

/** Rescales a load's own job, on a cluster with Flink's adaptive scheduler. */
@Internal
public final class ElasticJob implements Disturbance {

    private static final Duration SCALED_WITHIN = Duration.ofSeconds(60);

    /** Asks for another size and waits until it is there. */
    @FunctionalInterface
    public interface Scaling {
        /** Scales the job to a size, in subtasks, and waits until it runs at it. */
        void to(int size) throws InterruptedException;
    }

    /** The sizes, one after the other. */
    @FunctionalInterface
    public interface Steps {
        /** Takes all steps; returns after the last one. */
        void take(Scaling scaling) throws InterruptedException;
    }

    private final FlinkRestClient client;
    private final int first;
    private final Steps steps;

    /**
     * @param first subtasks of each stage before the steps
     */
    public ElasticJob(LocalCluster cluster, int first, Steps steps) {
        this.client = new FlinkRestClient(ClusterSet.rest(cluster));
        this.first = first;
        this.steps = steps;
    }

    @Override
    public void prepare(LoadRun run) throws InterruptedException {
        scale(run, first);
    }

    @Override
    public void apply(LoadRun run) throws InterruptedException {
        steps.take(size -> scale(run, size));
    }

    private void scale(LoadRun run, int subtasks) throws InterruptedException {
        client.rescale(run.job().id(), 1, subtasks);
        Wait.until(
                "%d subtasks of each stage run".formatted(subtasks),
                SCALED_WITHIN,
                () -> run.job().isRunning() && hasSubtasks(run, subtasks));
    }

    private static boolean hasSubtasks(LoadRun run, int subtasks) {
        return run.job().vertices().stream()
                .allMatch(vertex -> vertex.subtasks().size() == subtasks);
    }
}
