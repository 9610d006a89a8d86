package io.flinkgpu.inference.operator;

import java.util.Set;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;

/** The only subtask of a process without devices. */
public record TestingPlace() implements SubtaskPlace {

    @Override
    public String name() {
        return "test (1/1)";
    }

    @Override
    public int attempt() {
        return 0;
    }

    @Override
    public Set<ExternalResourceInfo> externalResources(String resource) {
        return Set.of();
    }
}
