package io.flinkgpu.deploy.cluster;

import org.apache.flink.annotation.Internal;

/**
 * The kind of a local cluster and its number of task managers.
 *
 * @param taskManagers GPU task managers of a pool; 0, as in the other kinds, leaves the number to
 *     the kind and the devices
 */
@Internal
public record ClusterShape(ClusterKind kind, int taskManagers) {

    private static final int MIXED_GPU_TASK_MANAGERS = 2;
    private static final int SIMULATED_POOL_TASK_MANAGERS = 3;

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is negative, or set for another kind than a pool
     */
    public ClusterShape {
        if (taskManagers < 0) {
            throw new IllegalArgumentException(
                    "Invalid number of task managers: %d. It must be at least 1."
                            .formatted(taskManagers));
        }
        if (taskManagers > 0 && kind != ClusterKind.POOL) {
            throw new IllegalArgumentException(
                    "Invalid number of task managers: %d. Only a cluster of kind 'pool' has a choice."
                            .formatted(taskManagers));
        }
    }

    /** One CPU task manager and a GPU task manager for each device, two at most. */
    public static ClusterShape mixed() {
        return new ClusterShape(ClusterKind.MIXED, 0);
    }

    /** One CPU task manager. */
    public static ClusterShape cpu() {
        return new ClusterShape(ClusterKind.CPU, 0);
    }

    /** A GPU task manager for each real device, or three simulated ones. */
    public static ClusterShape pool() {
        return new ClusterShape(ClusterKind.POOL, 0);
    }

    /** So many GPU task managers, at least 1. */
    public static ClusterShape pool(int taskManagers) {
        if (taskManagers < 1) {
            throw new IllegalArgumentException(
                    "Invalid number of task managers: %d. It must be at least 1."
                            .formatted(taskManagers));
        }
        return new ClusterShape(ClusterKind.POOL, taskManagers);
    }

    /** Whether there is a task manager without a device. */
    boolean hasCpuTaskManager() {
        return kind != ClusterKind.POOL;
    }

    /**
     * The number of GPU task managers on these devices.
     *
     * @throws IllegalArgumentException if a pool asks for more task managers than real devices
     */
    int gpuTaskManagers(GpuDevices devices) {
        return switch (kind) {
            case MIXED ->
                    devices.isSimulated()
                            ? MIXED_GPU_TASK_MANAGERS
                            : Math.min(MIXED_GPU_TASK_MANAGERS, devices.visibleIds().size());
            case CPU -> 0;
            case POOL -> poolTaskManagers(devices);
        };
    }

    private int poolTaskManagers(GpuDevices devices) {
        if (devices.isSimulated()) {
            return taskManagers == 0 ? SIMULATED_POOL_TASK_MANAGERS : taskManagers;
        }
        int available = devices.visibleIds().size();
        if (taskManagers > available) {
            throw new IllegalArgumentException(
                    "Invalid number of task managers: %d. Each takes a device and this machine has %d; --simulated needs none."
                            .formatted(taskManagers, available));
        }
        return taskManagers == 0 ? available : taskManagers;
    }
}
