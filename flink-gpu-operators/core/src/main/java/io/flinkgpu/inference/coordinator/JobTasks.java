package io.flinkgpu.inference.coordinator;

import java.lang.reflect.Field;
import java.util.Collection;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.runtime.checkpoint.CheckpointCoordinator;
import org.apache.flink.runtime.executiongraph.ExecutionGraph;
import org.apache.flink.runtime.executiongraph.ExecutionJobVertex;

/**
 * The tasks of the job that a coordinator belongs to.
 *
 * <p>Touches the private fields {@code CheckpointCoordinator#checkpointPlanCalculator} and {@code
 * DefaultCheckpointPlanCalculator#jobVerticesInTopologyOrder} of Flink 2.3, which alone tell a
 * coordinator the tasks of its job, and takes their graph for an {@link ExecutionGraph}.
 */
final class JobTasks {

    private JobTasks() {}

    /**
     * The job's tasks, each with all its operators.
     *
     * @throws IllegalStateException if this version of Flink keeps its tasks elsewhere
     */
    @SuppressWarnings("unchecked") // the field's declared type
    static Collection<ExecutionJobVertex> of(CheckpointCoordinator checkpoints) {
        Object calculator =
                read(CheckpointCoordinator.class, "checkpointPlanCalculator", checkpoints);
        return (Collection<ExecutionJobVertex>)
                read(calculator.getClass(), "jobVerticesInTopologyOrder", calculator);
    }

    /**
     * The job's graph; empty: the job takes no checkpoints.
     *
     * @throws IllegalStateException if this version of Flink keeps its tasks elsewhere
     */
    static Optional<ExecutionGraph> graph(@Nullable CheckpointCoordinator checkpoints) {
        return checkpoints == null
                ? Optional.empty()
                : of(checkpoints).stream()
                        .findFirst()
                        .map(vertex -> (ExecutionGraph) vertex.getGraph());
    }

    private static Object read(Class<?> type, String name, Object of) {
        try {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field.get(of);
        } catch (ReflectiveOperationException otherVersion) {
            throw new IllegalStateException(
                    "Cannot read the tasks of a job: this Flink has no %s#%s. flink-gpu needs Flink 2.3."
                            .formatted(type.getName(), name),
                    otherVersion);
        }
    }
}
