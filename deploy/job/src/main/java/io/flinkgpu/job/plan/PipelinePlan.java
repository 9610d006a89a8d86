package io.flinkgpu.job.plan;

import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.job.element.BuildContext.Placement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.file.ElementSpec;
import io.flinkgpu.job.file.PipelineSpec;
import io.flinkgpu.job.row.RowSchema;
import io.flinkgpu.resources.StageProfile;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.core.execution.JobStatusHook;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A file whose elements are planned. Only that of a file without problems may be built.
 *
 * @param elements by their names
 */
@Internal
public record PipelinePlan(PipelineSpec spec, Map<String, PlannedElement> elements) {

    /** The profiles that elements use, each once, as the job's own cluster must place them. */
    public List<StageProfile> usedProfiles() {
        Set<StageProfile> used = new LinkedHashSet<>();
        spec.elements().stream()
                .map(element -> placement(element).profile())
                .filter(Objects::nonNull)
                .forEach(used::add);
        return List.copyOf(used);
    }

    /** The most subtasks that an element has. */
    public int maxParallelism() {
        return spec.elements().stream()
                .mapToInt(
                        element ->
                                element.parallelism() > 0
                                        ? element.parallelism()
                                        : spec.parallelism())
                .max()
                .orElse(spec.parallelism());
    }

    /** Whether a source wants its run to leave a mark. */
    public boolean leavesMarks() {
        return elements.values().stream().anyMatch(element -> element.mark().isPresent());
    }

    /**
     * Adds all elements to an environment that has the file's settings.
     *
     * @return what leaves the run's marks, for the job's graph
     */
    public List<JobStatusHook> build(StreamExecutionEnvironment environment) {
        return new PipelineBuild(this, environment, null).run();
    }

    /**
     * The same with the rows of dead letters in place of those of the sources.
     *
     * @param claim of {@link io.flinkgpu.job.redo.Redos}
     */
    public List<JobStatusHook> buildRedo(StreamExecutionEnvironment environment, Path claim) {
        return new PipelineBuild(this, environment, claim).run();
    }

    /** The rows that an input brings. */
    RowSchema emitted(ElementSpec.Input input) {
        return Origins.emitted(input, elements.get(input.element()), spec);
    }

    boolean movesRows(ElementSpec element) {
        return element.inputs().size() > 1
                || element.inputs().stream()
                        .flatMap(input -> spec.find(input.element()).stream())
                        .anyMatch(from -> !placement(from).equals(placement(element)));
    }

    Placement placement(ElementSpec element) {
        return new Placement(profile(element), element.parallelism());
    }

    @Nullable
    private StageProfile profile(ElementSpec element) {
        if (element.profile() == null) {
            return null;
        }
        StageProfile profile = spec.profiles().get(element.profile());
        // Models that run in pools need no GPU here.
        return spec.mode() == InferenceMode.SEPARATED ? profile.withoutGpu() : profile;
    }
}
