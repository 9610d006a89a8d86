package io.flinkgpu.deploy.rest;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.flinkgpu.resources.StageProfile;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.MemorySize;

/**
 * What a task manager offers to slots, in total or still free.
 *
 * @param cpuCores cores, fractions allowed
 * @param external amounts of external resources by name, such as {@code gpu}
 */
@Internal
public record TaskManagerResources(
        double cpuCores,
        MemorySize taskHeap,
        MemorySize taskOffHeap,
        MemorySize managed,
        MemorySize network,
        Map<String, Double> external) {

    /** Copies the map. */
    public TaskManagerResources {
        external = Map.copyOf(external);
    }

    /** Reads Flink's answer, which counts memory in whole mebibytes. */
    @JsonCreator
    static TaskManagerResources fromRest(
            @JsonProperty("cpuCores") double cpuCores,
            @JsonProperty("taskHeapMemory") long taskHeapMebiBytes,
            @JsonProperty("taskOffHeapMemory") long taskOffHeapMebiBytes,
            @JsonProperty("managedMemory") long managedMebiBytes,
            @JsonProperty("networkMemory") long networkMebiBytes,
            @JsonProperty("extendedResources") Map<String, Double> external) {
        return new TaskManagerResources(
                cpuCores,
                MemorySize.ofMebiBytes(taskHeapMebiBytes),
                MemorySize.ofMebiBytes(taskOffHeapMebiBytes),
                MemorySize.ofMebiBytes(managedMebiBytes),
                MemorySize.ofMebiBytes(networkMebiBytes),
                external);
    }

    /** The number of GPUs, 0 where the task manager offers none. */
    public double gpus() {
        return external.getOrDefault(StageProfile.GPU_RESOURCE, 0.0);
    }
}
