package io.flinkgpu.deploy.cluster;

import io.flinkgpu.resources.device.GpuDriverOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.annotation.Nullable;

/**
 * What somebody asks of a cluster, beyond its kind, that runs already.
 *
 * @param taskManagers GPU task managers; null: any number
 * @param port of the web UI; null or 0: any
 * @param simulated whether no real device may be used
 * @param options Flink's, which every process must have
 */
record ClusterWish(
        @Nullable Integer taskManagers,
        @Nullable Integer port,
        boolean simulated,
        Map<String, String> options) {

    ClusterWish {
        options = Map.copyOf(options);
    }

    /** What the cluster has otherwise, a phrase for each; none if it is as wished. */
    List<String> unmetBy(ClusterPlan plan) {
        List<String> unmet = new ArrayList<>();
        long gpuTaskManagers = plan.processes().stream().filter(ClusterWish::hasDevice).count();
        if (taskManagers != null && taskManagers != gpuTaskManagers) {
            unmet.add("--task-managers is %d, not %d".formatted(gpuTaskManagers, taskManagers));
        }
        if (port != null && port != 0 && port != plan.rest().getPort()) {
            unmet.add("--port is %d, not %d".formatted(plan.rest().getPort(), port));
        }
        if (simulated && plan.processes().stream().anyMatch(ClusterWish::hasRealDevice)) {
            unmet.add("its devices are real, not --simulated");
        }
        new TreeMap<>(options).forEach((key, value) -> addOption(plan, key, value, unmet));
        return unmet;
    }

    private static void addOption(ClusterPlan plan, String key, String wanted, List<String> unmet) {
        for (ProcessSpec process : plan.processes()) {
            String found = process.config().get(key);
            if (!wanted.equals(found)) {
                unmet.add(
                        found == null
                                ? "-D %s is not set".formatted(key)
                                : "-D %s is %s, not %s".formatted(key, found, wanted));
                return;
            }
        }
    }

    private static boolean hasDevice(ProcessSpec process) {
        return process.name().startsWith("gpu-");
    }

    private static boolean hasRealDevice(ProcessSpec process) {
        return hasDevice(process)
                && !process.config().containsKey(GpuDriverOptions.SIMULATED_COUNT.key());
    }
}
