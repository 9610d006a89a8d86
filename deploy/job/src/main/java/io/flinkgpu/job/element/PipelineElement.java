package io.flinkgpu.job.element;

import io.flinkgpu.job.config.Key;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/**
 * A type of source, step or sink that job files may use.
 *
 * <p>Found by {@link java.util.ServiceLoader}: a provider has a public constructor without
 * parameters and stands in {@code META-INF/services/io.flinkgpu.job.element.PipelineElement} of a
 * jar in Flink's {@code lib/}. Without state: one object plans every element of its type.
 */
@PublicEvolving
public interface PipelineElement {

    /** Where it stands in a pipeline. */
    ElementKind kind();

    /** Its name in files, lower case with hyphens; unique among the elements of its kind. */
    String type();

    /** What it does, in whole sentences; what rows it emits belongs here. */
    String description();

    /** What may stand under {@code config} of such an element. */
    List<Key<?>> keys();

    /** Whether rows that it cannot deal with may leave it as {@code NAME.dead-letters}. */
    default boolean hasDeadLetters() {
        return false;
    }

    /**
     * Plans one element. Its config is complete and valid by its keys; what else is wrong is added
     * to its problems. Called only if every input's rows are known.
     *
     * @return the plan; it is not used where there are problems, but for the rows that it emits
     */
    PlannedElement plan(ElementContext context);
}
