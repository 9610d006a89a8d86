package io.flinkgpu.deploy.cluster;

import java.util.Map;

/**
 * One process to start.
 *
 * @param name short and unique in the cluster, such as {@code gpu-1}; the resource id of a task
 *     manager
 * @param config Flink options on top of the distribution's {@code config.yaml}
 * @param environment environment variables on top of the starting process's
 */
record ProcessSpec(
        String name,
        ProcessRole role,
        Map<String, String> config,
        Map<String, String> environment) {

    ProcessSpec {
        config = Map.copyOf(config);
        environment = Map.copyOf(environment);
    }
}
