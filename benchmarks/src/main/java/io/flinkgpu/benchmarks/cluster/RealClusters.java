package io.flinkgpu.benchmarks.cluster;

import io.flinkgpu.deploy.cluster.ClusterSet;
import io.flinkgpu.deploy.cluster.ClusterShape;
import io.flinkgpu.deploy.cluster.ClusterSpec;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.cluster.GpuDevices;
import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.rest.FlinkRestClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/**
 * Clusters of real processes with simulated devices, all below one directory and all gone when this
 * is closed or the process ends.
 *
 * <p>One thread at a time, beside the hook that stops them.
 */
@Internal
public final class RealClusters implements AutoCloseable {

    /** What reports say of the devices. */
    public static final String HARDWARE = "simulated devices; real processes on one machine";

    private static final Duration GONE_WITHIN = Duration.ofSeconds(60);
    private static final Map<String, String> DETECTION =
            Map.of("heartbeat.interval", "1 s", "heartbeat.timeout", "8 s");

    private final ClusterSet clusters;

    /**
     * Starts nothing yet.
     *
     * @param directory that will hold a directory of each cluster
     */
    public RealClusters(Path directory) {
        this.clusters = new ClusterSet(directory);
    }

    /** Starts a cluster on a free port and waits until its task managers have registered. */
    public LocalCluster start(String name, ClusterShape shape) {
        return start(name, shape, DETECTION);
    }

    /** The same with so many slots in each task manager. */
    public LocalCluster start(String name, ClusterShape shape, int slots) {
        Map<String, String> overrides = new HashMap<>(DETECTION);
        overrides.put("taskmanager.numberOfTaskSlots", Integer.toString(slots));
        return start(name, shape, overrides);
    }

    private LocalCluster start(String name, ClusterShape shape, Map<String, String> overrides) {
        return clusters.start(
                name,
                ClusterSpec.of(Distribution.current(), shape)
                        .withDevices(GpuDevices.simulated())
                        .withOverrides(overrides)
                        .withRestPort(0));
    }

    /** What reports say of how fast a lost task manager is noticed, on every cluster alike. */
    public static String detection() {
        return "heartbeats every 1 s, lost after two that cannot be delivered, or 8 s";
    }

    /** Replaces task managers by new processes, and waits until these have registered. */
    public static void replace(LocalCluster cluster, String... names) throws InterruptedException {
        FlinkRestClient client = new FlinkRestClient(ClusterSet.rest(cluster));
        for (String name : names) {
            cluster.kill(name);
            Wait.until(
                    "task manager %s is forgotten".formatted(name),
                    GONE_WITHIN,
                    () -> client.taskManagers().stream().noneMatch(each -> each.id().equals(name)));
        }
        cluster.startMissing();
    }

    /** Ends every process. */
    @Override
    public void close() {
        clusters.close();
    }
}
