package io.flinkgpu.job.plan;

import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.element.RowOrigin;
import io.flinkgpu.job.file.ElementSpec;
import io.flinkgpu.job.row.RowSchema;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;

/** A plan for people: every element with its rows, its profile and what is known of its model. */
@Internal
public final class PlanText {

    private PlanText() {}

    /** The plan, lines that end with a line feed. */
    public static String of(PipelinePlan plan) {
        StringBuilder text = new StringBuilder();
        text.append(
                "Job '%s', mode %s, parallelism %d%n"
                        .formatted(
                                plan.spec().name(),
                                plan.spec().mode().displayName(),
                                plan.spec().parallelism()));
        for (ElementSpec element : plan.spec().elements()) {
            append(element, plan.elements().get(element.name()), text);
        }
        return text.toString();
    }

    private static void append(ElementSpec element, PlannedElement plan, StringBuilder text) {
        text.append(
                "  %-6s %s (%s)%s%s%s%n"
                        .formatted(
                                element.kind().word(),
                                element.name(),
                                element.element().type(),
                                inputs(element),
                                element.profile() == null ? "" : ", profile " + element.profile(),
                                element.parallelism() == 0
                                        ? ""
                                        : ", parallelism " + element.parallelism()));
        plan.notes().forEach(note -> text.append("           %s%n".formatted(note)));
        RowSchema rows = RowOrigin.visible(plan.output());
        if (!rows.equals(RowSchema.NONE)) {
            text.append("           rows: %s%n".formatted(rows));
        }
    }

    private static String inputs(ElementSpec element) {
        return element.kind() == ElementKind.SOURCE
                ? ""
                : element.inputs().stream()
                        .map(Object::toString)
                        .collect(Collectors.joining(", ", " <- ", ""));
    }
}
