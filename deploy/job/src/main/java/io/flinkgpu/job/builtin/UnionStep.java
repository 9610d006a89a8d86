package io.flinkgpu.job.builtin;

import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.ElementOutput;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/** Step {@code union}: the rows of several elements as those of one. */
@PublicEvolving
public final class UnionStep implements PipelineElement {

    @Override
    public ElementKind kind() {
        return ElementKind.STEP;
    }

    @Override
    public String type() {
        return "union";
    }

    @Override
    public String description() {
        return "Gives the rows of all its inputs one name. Their fields must be the same, in the same order. Every other element takes a list of inputs in the same way.";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of();
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        return PlannedElement.of(context.input(), build -> ElementOutput.of(build.input()));
    }
}
