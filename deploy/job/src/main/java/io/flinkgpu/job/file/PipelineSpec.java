package io.flinkgpu.job.file;

import io.flinkgpu.connectors.budget.ErrorBudget;
import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.resources.StageProfiles;
import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;

/**
 * What a file says.
 *
 * @param mode where models run that say nothing else
 * @param parallelism subtasks of each element that says nothing else
 * @param profiles by name; none in many files
 * @param settings the job's options, without defaults
 * @param errorBudget how many rows may become dead letters; null: any number
 * @param elements each behind those whose rows it takes
 */
@Internal
public record PipelineSpec(
        String name,
        InferenceMode mode,
        int parallelism,
        StageProfiles profiles,
        Configuration settings,
        @Nullable ErrorBudget errorBudget,
        List<ElementSpec> elements) {

    public PipelineSpec {
        elements = List.copyOf(elements);
    }

    /** The same with another number of subtasks of each element that says nothing itself. */
    public PipelineSpec withParallelism(int other) {
        Configuration changed = new Configuration(settings);
        changed.set(CoreOptions.DEFAULT_PARALLELISM, other);
        return new PipelineSpec(name, mode, other, profiles, changed, errorBudget, elements);
    }

    /** The element of a name. */
    public Optional<ElementSpec> find(String element) {
        return elements.stream().filter(each -> each.name().equals(element)).findFirst();
    }

    /** Whether an element takes another one's dead letters. */
    public boolean takesDeadLetters(String element) {
        return elements.stream()
                .flatMap(each -> each.inputs().stream())
                .anyMatch(input -> input.isDeadLetters() && input.element().equals(element));
    }
}
