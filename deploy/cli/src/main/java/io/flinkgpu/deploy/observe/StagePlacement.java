package io.flinkgpu.deploy.observe;

import io.flinkgpu.deploy.rest.SubtaskInfo;
import io.flinkgpu.deploy.rest.VertexInfo;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;

/**
 * Where the subtasks of one vertex ran.
 *
 * @param vertex its name in Flink
 * @param taskManagers number of subtasks by the id of their task manager
 */
@Internal
public record StagePlacement(String vertex, Map<String, Long> taskManagers) {

    /** Where they are, without those that have no slot. */
    public static StagePlacement of(VertexInfo vertex) {
        return new StagePlacement(
                vertex.name(),
                vertex.subtasks().stream()
                        .filter(SubtaskInfo::isPlaced)
                        .collect(
                                Collectors.groupingBy(
                                        SubtaskInfo::taskManagerId,
                                        TreeMap::new,
                                        Collectors.counting())));
    }
}
