package io.flinkgpu.job.plan;

import io.flinkgpu.job.config.Value;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementContext.FileContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.NewOnly;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.element.RowOrigin;
import io.flinkgpu.job.file.ElementSpec;
import io.flinkgpu.job.file.PipelineSpec;
import io.flinkgpu.job.row.RowSchema;
import io.flinkgpu.resources.StageProfile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * Plans the elements of a file one after another, each with the rows of those before it.
 *
 * <p>An element whose config or inputs have problems is left out, and so is what takes its rows:
 * their problems would only follow from others. Single-threaded.
 */
@Internal
public final class PipelinePlanner {

    private final PipelineSpec spec;
    private final FileContext file;
    private final Map<String, PlannedElement> planned = new LinkedHashMap<>();

    /** A planner of a file. */
    public PipelinePlanner(PipelineSpec spec, FileContext file) {
        this.spec = spec;
        this.file = file;
    }

    /** Plans all elements; adds what is wrong to the file's problems. */
    public PipelinePlan plan() {
        for (ElementSpec element : spec.elements()) {
            if (element.config().isComplete()) {
                requireSinceRun(element);
                input(element).ifPresent(input -> plan(element, input));
            }
        }
        return new PipelinePlan(spec, planned);
    }

    private void requireSinceRun(ElementSpec element) {
        if (element.kind() == ElementKind.SOURCE
                && file.options().contains(NewOnly.SINCE_RUN)
                && !element.element().keys().contains(NewOnly.KEY)) {
            element.config()
                    .object()
                    .problem(
                            "Cannot read %s since a run: its type does not remember what runs have read. Leave out --since-run, or take a source with %s."
                                    .formatted(element.subject(), NewOnly.KEY));
        }
    }

    private void plan(ElementSpec element, RowSchema input) {
        PlannedElement plan =
                element.element()
                        .plan(
                                new ElementContext(
                                        element.name(),
                                        element.config(),
                                        input,
                                        profile(element),
                                        file));
        if (!plan.equals(PlannedElement.UNKNOWN)) {
            Value config = element.config().object();
            planned.put(
                    element.name(),
                    plan.withNotes(plan.notes().stream().map(config::conceal).toList()));
        }
    }

    @Nullable
    private StageProfile profile(ElementSpec element) {
        boolean isKnown =
                element.profile() != null && spec.profiles().names().contains(element.profile());
        return isKnown ? spec.profiles().get(element.profile()) : null;
    }

    /** The rows that an element takes; empty where they are not known, or differ. */
    private Optional<RowSchema> input(ElementSpec element) {
        if (element.kind() == ElementKind.SOURCE) {
            return Optional.of(RowSchema.NONE);
        }
        List<RowSchema> schemas = new ArrayList<>();
        for (ElementSpec.Input input : element.inputs()) {
            Optional<RowSchema> schema = output(input);
            if (schema.isEmpty()) {
                return Optional.empty();
            }
            schemas.add(schema.get());
            RowSchema first = RowOrigin.visible(schemas.get(0));
            RowSchema other = RowOrigin.visible(schema.get());
            if (!first.takes(other)) {
                element.inputValue()
                        .problem(
                                "Invalid input of %s: %s has the fields [%s], and %s has [%s]. Make them the same with a map step."
                                        .formatted(
                                                element.subject(),
                                                element.inputs().get(0),
                                                first,
                                                input,
                                                other));
                return Optional.empty();
            }
        }
        return schemas.isEmpty()
                ? Optional.empty()
                : Optional.of(Origins.taken(schemas, element.kind()));
    }

    private Optional<RowSchema> output(ElementSpec.Input input) {
        return Optional.ofNullable(planned.get(input.element()))
                .map(element -> Origins.emitted(input, element, spec));
    }
}
