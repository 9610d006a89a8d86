package io.flinkgpu.deploy.cluster;

import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.resources.device.GpuDriverFactory;
import io.flinkgpu.resources.device.GpuDriverOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

/**
 * The processes of a local cluster: one job manager, one CPU task manager, and a GPU task manager
 * for each device, two at most.
 *
 * <p>Sizes are those of a laptop: about 1 GiB for the job manager, 1.5 GiB for the CPU task manager
 * and 2 GiB for a GPU task manager, whose off-heap memory is TensorFlow's. Pages that are not used
 * are not taken. CPU cores are a number for the scheduler; the processes are not confined to them.
 *
 * <p>Flink places a profile on any task manager that holds it and knows no preference: a stage
 * without a GPU may take the place of one that needs it. Hence GPU task managers have little heap
 * and no managed memory, so that a stage that asks for more than 256 MiB of heap, or for managed
 * memory as RocksDB needs it, stays on the CPU task manager.
 */
final class ClusterLayout {

    static final int MAX_GPU_TASK_MANAGERS = 2;

    private static final MemorySize GPU_TASK_HEAP = MemorySize.ofMebiBytes(256);

    private ClusterLayout() {}

    /**
     * The processes, the job manager first.
     *
     * @param restPort a free port
     * @param rpcPort another free port
     */
    static List<ProcessSpec> processes(ClusterSpec spec, int restPort, int rpcPort) {
        List<ProcessSpec> processes = new ArrayList<>();
        processes.add(jobManager(spec, restPort, rpcPort));
        processes.add(cpuTaskManager(spec, rpcPort));
        int gpuTaskManagers =
                spec.devices().isSimulated()
                        ? MAX_GPU_TASK_MANAGERS
                        : Math.min(MAX_GPU_TASK_MANAGERS, spec.devices().visibleIds().size());
        for (int i = 0; i < gpuTaskManagers; i++) {
            processes.add(gpuTaskManager(spec, rpcPort, i));
        }
        return processes;
    }

    private static ProcessSpec jobManager(ClusterSpec spec, int restPort, int rpcPort) {
        Options options = new Options(rpcPort);
        options.set(JobManagerOptions.BIND_HOST, "localhost");
        options.set(RestOptions.ADDRESS, "localhost");
        options.set(RestOptions.BIND_ADDRESS, "localhost");
        options.set(RestOptions.PORT, restPort);
        options.set(RestOptions.BIND_PORT, Integer.toString(restPort));
        return new ProcessSpec(
                "jobmanager", ProcessRole.JOB_MANAGER, options.with(spec.overrides()), Map.of());
    }

    private static ProcessSpec cpuTaskManager(ClusterSpec spec, int rpcPort) {
        Options options = taskManager("cpu-1", rpcPort);
        options.set(TaskManagerOptions.CPU_CORES, 4.0);
        options.set(TaskManagerOptions.TASK_HEAP_MEMORY, MemorySize.ofMebiBytes(768));
        options.set(TaskManagerOptions.TASK_OFF_HEAP_MEMORY, MemorySize.ofMebiBytes(64));
        options.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(128));
        return new ProcessSpec(
                "cpu-1", ProcessRole.TASK_MANAGER, options.with(spec.overrides()), Map.of());
    }

    private static ProcessSpec gpuTaskManager(ClusterSpec spec, int rpcPort, int index) {
        String name = "gpu-" + (index + 1);
        Options options = taskManager(name, rpcPort);
        options.set(TaskManagerOptions.CPU_CORES, 2.0);
        options.set(TaskManagerOptions.TASK_HEAP_MEMORY, GPU_TASK_HEAP);
        options.set(TaskManagerOptions.TASK_OFF_HEAP_MEMORY, MemorySize.ofMebiBytes(1024));
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
                environment(spec.devices(), index));
    }

    /** A task manager sees its own device alone. */
    private static Map<String, String> environment(GpuDevices devices, int index) {
        return devices.isSimulated()
                ? Map.of()
                : Map.of("CUDA_VISIBLE_DEVICES", devices.visibleIds().get(index));
    }

    /**
     * What all task managers share; each part is explicit, so that no size is derived from another.
     */
    private static Options taskManager(String name, int rpcPort) {
        Options options = new Options(rpcPort);
        options.set(TaskManagerOptions.TASK_MANAGER_RESOURCE_ID, name);
        options.set(TaskManagerOptions.HOST, "localhost");
        options.set(TaskManagerOptions.BIND_HOST, "localhost");
        options.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        options.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        options.set(TaskManagerOptions.FRAMEWORK_HEAP_MEMORY, MemorySize.ofMebiBytes(128));
        options.set(TaskManagerOptions.FRAMEWORK_OFF_HEAP_MEMORY, MemorySize.ofMebiBytes(128));
        options.set(TaskManagerOptions.JVM_METASPACE, MemorySize.ofMebiBytes(192));
        options.set(TaskManagerOptions.JVM_OVERHEAD_MIN, MemorySize.ofMebiBytes(128));
        options.set(TaskManagerOptions.JVM_OVERHEAD_MAX, MemorySize.ofMebiBytes(128));
        return options;
    }

    private static ConfigOption<String> gpuOption(String suffix) {
        return ConfigOptions.key("external-resource." + StageProfile.GPU_RESOURCE + "." + suffix)
                .stringType()
                .noDefaultValue();
    }

    /** Flink options as the strings of a configuration file. */
    private static final class Options {

        private final Map<String, String> values = new LinkedHashMap<>();

        private Options(int rpcPort) {
            set(JobManagerOptions.ADDRESS, "localhost");
            set(JobManagerOptions.PORT, rpcPort);
        }

        private <T> void set(ConfigOption<T> option, T value) {
            values.put(
                    option.key(),
                    value instanceof List<?> list
                            ? String.join(";", list.stream().map(Object::toString).toList())
                            : value.toString());
        }

        private Map<String, String> with(Map<String, String> overrides) {
            Map<String, String> all = new TreeMap<>(values);
            all.putAll(overrides);
            return all;
        }
    }
}
