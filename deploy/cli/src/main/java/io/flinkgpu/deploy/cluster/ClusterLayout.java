package io.flinkgpu.deploy.cluster;

import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.resources.device.GpuDriverFactory;
import io.flinkgpu.resources.device.GpuDriverOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ExternalResourceOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.TaskManagerOptionsInternal;

/**
 * The processes of a local cluster: one job manager, and task managers as its shape says.
 *
 * <p>Sizes are those of a laptop: about 1 GiB for the job manager, 1.5 to 3.5 GiB for a CPU task
 * manager and 2 to 3 GiB for a GPU task manager, whose off-heap memory is TensorFlow's. Pages that
 * are not used are not taken. CPU cores are a number for the scheduler; the processes are not
 * confined to them.
 *
 * <p>In a mixed cluster Flink places a profile on any task manager that holds it and knows no
 * preference: a stage without a GPU may take the place of one that needs it. Hence GPU task
 * managers have little heap and no managed memory, so that a stage that asks for more than 256 MiB
 * of heap, or for managed memory as RocksDB needs it, stays on the CPU task manager.
 *
 * <p>The task managers of a pool are alike, with one slot and one device each. They take large
 * requests from the network, for which they have heap and off-heap memory beyond the model's; so
 * has the CPU task manager of a pipeline that sends them.
 */
final class ClusterLayout {

    private static final int TENSORFLOW_MEBIBYTES = 1024;
    private static final int MESSAGES_MEBIBYTES = 768;

    private ClusterLayout() {}

    /**
     * The processes, the job manager first.
     *
     * @param restPort a free port
     * @param rpcPort another free port
     * @throws IllegalArgumentException if there are too few devices
     */
    static List<ProcessSpec> processes(ClusterSpec spec, int restPort, int rpcPort) {
        List<ProcessSpec> processes = new ArrayList<>();
        processes.add(jobManager(spec, restPort, rpcPort));
        if (spec.shape().hasCpuTaskManager()) {
            processes.add(cpuTaskManager(spec, rpcPort));
        }
        int gpuTaskManagers = spec.shape().gpuTaskManagers(spec.devices());
        for (int i = 0; i < gpuTaskManagers; i++) {
            processes.add(gpuTaskManager(spec, rpcPort, i));
        }
        return processes;
    }

    private static ProcessSpec jobManager(ClusterSpec spec, int restPort, int rpcPort) {
        ProcessOptions options = options(spec, rpcPort);
        options.set(JobManagerOptions.BIND_HOST, "localhost");
        options.set(RestOptions.ADDRESS, "localhost");
        options.set(RestOptions.BIND_ADDRESS, "localhost");
        options.set(RestOptions.PORT, restPort);
        options.set(RestOptions.BIND_PORT, Integer.toString(restPort));
        return new ProcessSpec(
                "jobmanager",
                ProcessRole.JOB_MANAGER,
                options.with(spec.overrides()),
                spec.environment());
    }

    private static ProcessSpec cpuTaskManager(ClusterSpec spec, int rpcPort) {
        ProcessOptions options = taskManager("cpu-1", spec, rpcPort);
        boolean callsPool = spec.shape().kind() == ClusterKind.CPU;
        options.set(TaskManagerOptions.CPU_CORES, 4.0);
        options.set(TaskManagerOptions.TASK_HEAP_MEMORY, mebiBytes(callsPool ? 1024 : 768));
        options.set(
                TaskManagerOptions.TASK_OFF_HEAP_MEMORY,
                // A stage's profile asks for TensorFlow's memory wherever its model runs.
                mebiBytes(callsPool ? TENSORFLOW_MEBIBYTES + MESSAGES_MEBIBYTES : 64));
        options.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, mebiBytes(128));
        return new ProcessSpec(
                "cpu-1",
                ProcessRole.TASK_MANAGER,
                options.with(spec.overrides()),
                spec.environment());
    }

    private static ProcessSpec gpuTaskManager(ClusterSpec spec, int rpcPort, int index) {
        String name = "gpu-" + (index + 1);
        ProcessOptions options = taskManager(name, spec, rpcPort);
        boolean servesPool = spec.shape().kind() == ClusterKind.POOL;
        options.set(TaskManagerOptions.CPU_CORES, 2.0);
        options.set(TaskManagerOptions.TASK_HEAP_MEMORY, mebiBytes(servesPool ? 512 : 256));
        options.set(
                TaskManagerOptions.TASK_OFF_HEAP_MEMORY,
                mebiBytes(TENSORFLOW_MEBIBYTES + (servesPool ? MESSAGES_MEBIBYTES : 0)));
        options.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ZERO);
        options.set(
                ExternalResourceOptions.EXTERNAL_RESOURCE_LIST, List.of(StageProfile.GPU_RESOURCE));
        options.set(gpuOption("driver-factory.class"), GpuDriverFactory.class.getName());
        options.set(gpuOption("amount"), "1");
        if (spec.devices().isSimulated()) {
            options.set(GpuDriverOptions.SIMULATED_COUNT, 1);
        }
        return new ProcessSpec(
                name,
                ProcessRole.TASK_MANAGER,
                options.with(spec.overrides()),
                environment(spec, index));
    }

    /** A task manager sees its own device alone. */
    private static Map<String, String> environment(ClusterSpec spec, int index) {
        Map<String, String> environment = new TreeMap<>(spec.environment());
        if (!spec.devices().isSimulated()) {
            environment.put("CUDA_VISIBLE_DEVICES", spec.devices().visibleIds().get(index));
        }
        return environment;
    }

    /**
     * What all task managers share; each part is explicit, so that no size is derived from another.
     */
    private static ProcessOptions taskManager(String name, ClusterSpec spec, int rpcPort) {
        ProcessOptions options = options(spec, rpcPort);
        options.set(TaskManagerOptions.TASK_MANAGER_RESOURCE_ID, name);
        // Each process plays a machine of its own, which Flink's blocklist can name.
        options.set(TaskManagerOptionsInternal.TASK_MANAGER_NODE_ID, name);
        options.set(TaskManagerOptions.HOST, "localhost");
        options.set(TaskManagerOptions.BIND_HOST, "localhost");
        options.set(TaskManagerOptions.NETWORK_MEMORY_MIN, mebiBytes(64));
        options.set(TaskManagerOptions.NETWORK_MEMORY_MAX, mebiBytes(64));
        options.set(TaskManagerOptions.FRAMEWORK_HEAP_MEMORY, mebiBytes(128));
        options.set(TaskManagerOptions.FRAMEWORK_OFF_HEAP_MEMORY, mebiBytes(128));
        options.set(TaskManagerOptions.JVM_METASPACE, mebiBytes(192));
        options.set(TaskManagerOptions.JVM_OVERHEAD_MIN, mebiBytes(128));
        options.set(TaskManagerOptions.JVM_OVERHEAD_MAX, mebiBytes(128));
        return options;
    }

    private static ConfigOption<String> gpuOption(String suffix) {
        return ConfigOptions.key("external-resource." + StageProfile.GPU_RESOURCE + "." + suffix)
                .stringType()
                .noDefaultValue();
    }

    private static ProcessOptions options(ClusterSpec spec, int rpcPort) {
        ProcessOptions options = new ProcessOptions(rpcPort);
        if (spec.shape().kind() == ClusterKind.POOL) {
            ElasticOptions.addTo(options);
        }
        return options;
    }

    private static MemorySize mebiBytes(int count) {
        return MemorySize.ofMebiBytes(count);
    }
}
