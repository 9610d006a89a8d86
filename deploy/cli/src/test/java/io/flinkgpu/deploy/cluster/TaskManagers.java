package io.flinkgpu.deploy.cluster;

import io.flinkgpu.deploy.rest.TaskManagerInfo;
import io.flinkgpu.deploy.rest.TaskManagerResources;
import java.util.Map;
import org.apache.flink.configuration.MemorySize;

/** Task managers for tests: idle, and known by their resources alone. */
final class TaskManagers {

    private TaskManagers() {}

    static TaskManagerInfo idle(String id, double cpu, int heapMb, int offHeapMb, int managedMb) {
        return idle(id, cpu, heapMb, offHeapMb, managedMb, Map.of());
    }

    static TaskManagerInfo idle(
            String id,
            double cpu,
            int heapMb,
            int offHeapMb,
            int managedMb,
            Map<String, Double> external) {
        TaskManagerResources resources =
                new TaskManagerResources(
                        cpu,
                        MemorySize.ofMebiBytes(heapMb),
                        MemorySize.ofMebiBytes(offHeapMb),
                        MemorySize.ofMebiBytes(managedMb),
                        MemorySize.ofMebiBytes(64),
                        external);
        return new TaskManagerInfo(id, "pekko://" + id, 1, 1, resources, resources);
    }
}
