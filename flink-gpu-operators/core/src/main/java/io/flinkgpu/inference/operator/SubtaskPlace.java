package io.flinkgpu.inference.operator;

import java.util.Set;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.streaming.api.operators.StreamingRuntimeContext;

/**
 * Where a subtask runs, as far as its {@link ModelClientProvider} must know.
 *
 * <p>A {@link RuntimeContext} knows it all; other contexts of Flink, such as that of a SQL
 * function, know a part.
 */
@Internal
public interface SubtaskPlace {

    /** The subtask's name, such as {@code classify (1/4)}. */
    String name();

    /** How often the subtask has been started before. */
    int attempt();

    /** What the process has of a resource; empty if it has none. */
    Set<ExternalResourceInfo> externalResources(String resource);

    /**
     * The address of the process, as replicas in task managers of this machine call it; empty if it
     * is not known.
     */
    default String localAddress() {
        return "";
    }

    /** The place of an operator or of a rich function. */
    static SubtaskPlace of(RuntimeContext context) {
        return new OfRuntimeContext(context);
    }

    /** All that there is to know. */
    record OfRuntimeContext(RuntimeContext context) implements SubtaskPlace {

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

        /** Flink 2.3 keeps it in its internals. */
        @Override
        public String localAddress() {
            return context instanceof StreamingRuntimeContext streaming
                    ? streaming.getTaskManagerRuntimeInfo().getTaskManagerExternalAddress()
                    : "";
        }
    }
}
