package io.flinkgpu.deploy.embedded;

import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.resources.device.GpuDevice;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalResourceOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/**
 * A Flink in this process: job manager, one task manager, and the web UI on a free port.
 *
 * <p>Flink's MiniCluster counts external resources for its scheduler but hands none to tasks, so
 * the devices are entered into the process's lease table here; there they stay.
 */
@Internal
public final class EmbeddedFlink implements AutoCloseable {

    /** A run whose newest one is damaged can be resumed from the one before. */
    private static final int RETAINED_CHECKPOINTS = 3;

    private static final int CHECKPOINT_HISTORY = 1000;
    private static final Duration REFRESH_INTERVAL = Duration.ofMillis(500);
    private static final long CLOSE_TIMEOUT_SECONDS = 30;

    private final MiniCluster cluster;
    private final URI address;

    private EmbeddedFlink(MiniCluster cluster, URI address) {
        this.cluster = cluster;
        this.address = address;
    }

    /**
     * Starts one for these stages.
     *
     * @param options that win over its own
     * @throws IllegalArgumentException if the stages do not fit into this process
     */
    public static EmbeddedFlink start(
            List<StageProfile> stages,
            int parallelism,
            List<GpuDevice> devices,
            Map<String, String> options)
            throws Exception {
        EmbeddedSize size =
                new EmbeddedSize(stages, parallelism, EmbeddedSize.limitsOfProcess(devices.size()));
        size.requireFit();
        DeviceLeaseTable.ofProcess().register(devices);
        Configuration configuration = configuration(size);
        configuration.addAll(Configuration.fromMap(options));
        MiniCluster cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(stages.size() * parallelism)
                                .build());
        try {
            cluster.start();
            return new EmbeddedFlink(cluster, cluster.getRestAddress().get());
        } catch (Exception failure) {
            cluster.close();
            throw failure;
        }
    }

    /**
     * Starts one for jobs that nobody knows yet: a few at a time, with profiles or without.
     *
     * @param parallelism subtasks of each stage
     * @param options that win over its own
     */
    public static EmbeddedFlink startForAnyJobs(
            int parallelism, List<GpuDevice> devices, Map<String, String> options)
            throws Exception {
        SharedSize size = new SharedSize(parallelism, devices.size());
        Map<String, String> all = new TreeMap<>(size.options());
        all.putAll(options);
        return start(size.stages(), parallelism, devices, all);
    }

    /** The root of the web UI and the REST API. */
    public URI address() {
        return address;
    }

    @Override
    public void close() throws Exception {
        try {
            cluster.closeAsync().get(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Cannot stop the embedded Flink: " + e.getCause(), e);
        }
    }

    private static Configuration configuration(EmbeddedSize size) {
        Configuration options = new Configuration();
        options.set(JobManagerOptions.PORT, 0);
        options.set(RestOptions.BIND_ADDRESS, "localhost");
        options.set(RestOptions.ADDRESS, "localhost");
        options.set(RestOptions.BIND_PORT, "0");
        options.set(WebOptions.SUBMIT_ENABLE, false);
        options.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, RETAINED_CHECKPOINTS);
        options.set(WebOptions.CHECKPOINTS_HISTORY_SIZE, CHECKPOINT_HISTORY);
        options.set(WebOptions.REFRESH_INTERVAL, REFRESH_INTERVAL);
        options.set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, REFRESH_INTERVAL);
        options.set(TaskManagerOptions.CPU_CORES, size.cpuCores());
        options.set(TaskManagerOptions.TASK_HEAP_MEMORY, size.taskHeap());
        options.set(TaskManagerOptions.TASK_OFF_HEAP_MEMORY, size.taskOffHeap());
        options.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, size.managed());
        MemorySize network = size.network();
        options.set(TaskManagerOptions.NETWORK_MEMORY_MIN, network);
        options.set(TaskManagerOptions.NETWORK_MEMORY_MAX, network);
        if (size.gpus() > 0) {
            options.set(
                    ExternalResourceOptions.EXTERNAL_RESOURCE_LIST,
                    List.of(StageProfile.GPU_RESOURCE));
            options.setString(
                    ExternalResourceOptions.getAmountConfigOptionForResource(
                            StageProfile.GPU_RESOURCE),
                    Long.toString(size.gpus()));
        }
        return options;
    }
}
