package io.flinkgpu.inference.health;

import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.TaskManagerOptionsInternal;
import org.apache.flink.runtime.taskmanager.TaskManagerRuntimeInfo;

/**
 * By what Flink's blocklist names the node of a task manager.
 *
 * <p>Touches {@code TaskManagerServicesConfiguration#getNodeId} of Flink 2.3, which a task cannot
 * ask: the configured id, or the external address.
 */
@Internal
public final class NodeId {

    private NodeId() {}

    /** The node of the task manager that tells of itself. */
    public static String of(TaskManagerRuntimeInfo taskManager) {
        return taskManager
                .getConfiguration()
                .getOptional(TaskManagerOptionsInternal.TASK_MANAGER_NODE_ID)
                .orElse(taskManager.getTaskManagerExternalAddress());
    }
}
