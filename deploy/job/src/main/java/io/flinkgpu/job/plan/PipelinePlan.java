package io.flinkgpu.job.plan;

import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.job.element.BuildContext;
import io.flinkgpu.job.element.BuildContext.Placement;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.ElementOutput;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.expression.SqlTransformation;
import io.flinkgpu.job.file.ElementSpec;
import io.flinkgpu.job.file.PipelineSpec;
import io.flinkgpu.resources.StageProfile;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.types.Row;

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

    /** Adds all elements to an environment that has the file's settings. */
    public void build(StreamExecutionEnvironment environment) {
        Optional<BudgetedStreams> budget = BudgetedStreams.of(spec);
        SqlTransformation expressions = new SqlTransformation(environment);
        Map<String, ElementOutput> built = new HashMap<>();
        for (ElementSpec element : spec.elements()) {
            BuildContext context =
                    new BuildContext(
                            element.name(),
                            input(element, built),
                            movesRows(element),
                            spec.takesDeadLetters(element.name()),
                            placement(element),
                            expressions,
                            environment);
            PlannedElement plan = elements.get(element.name());
            ElementOutput output = plan.builder().apply(context);
            built.put(
                    element.name(),
                    budget.map(guarded -> guarded.count(element, output)).orElse(output));
        }
        budget.ifPresent(guarded -> guarded.apply(placement(firstSource()).profile()));
    }

    @Nullable
    private static DataStream<Row> input(ElementSpec element, Map<String, ElementOutput> built) {
        return element.inputs().stream()
                .map(input -> stream(input, built.get(input.element())))
                .reduce(DataStream::union)
                .orElse(null);
    }

    private static DataStream<Row> stream(ElementSpec.Input input, ElementOutput output) {
        return input.isDeadLetters() ? output.deadLetters() : output.rows();
    }

    private boolean movesRows(ElementSpec element) {
        return element.inputs().size() > 1
                || element.inputs().stream()
                        .flatMap(input -> spec.find(input.element()).stream())
                        .anyMatch(from -> !placement(from).equals(placement(element)));
    }

    private ElementSpec firstSource() {
        return spec.elements().stream()
                .filter(element -> element.kind() == ElementKind.SOURCE)
                .findFirst()
                .orElseThrow();
    }

    private Placement placement(ElementSpec element) {
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
