package io.flinkgpu.table.model;

import io.flinkgpu.inference.operator.SubtaskPlace;
import java.util.Set;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.table.functions.FunctionContext;

/** Where a SQL function runs. */
record FunctionPlace(FunctionContext context) implements SubtaskPlace {

    @Override
    public String name() {
        return context.getTaskInfo().getTaskNameWithSubtasks();
    }

    @Override
    public int attempt() {
        return context.getTaskInfo().getAttemptNumber();
    }

    @Override
    public Set<ExternalResourceInfo> externalResources(String resource) {
        return context.getExternalResourceInfos(resource);
    }
}
