package io.flinkgpu.job.builtin;

import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.ElementOutput;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.expression.InvalidExpressionException;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/** Step {@code filter}: the rows for which an expression is true. */
@PublicEvolving
public final class FilterStep implements PipelineElement {

    private static final Key<String> KEEP =
            Key.of("keep", ValueTypes.expression())
                    .required()
                    .describedAs(
                            "A condition in Flink SQL, such as size > 0 AND path LIKE '%.jpg'. A row for which it is false or null is dropped.");

    @Override
    public ElementKind kind() {
        return ElementKind.STEP;
    }

    @Override
    public String type() {
        return "filter";
    }

    @Override
    public String description() {
        return "Keeps the rows for which a condition is true. Their fields stay as they are.";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(KEEP);
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        String condition = context.config().get(KEEP);
        try {
            context.file().expressions().requireCondition(condition, context.input());
        } catch (InvalidExpressionException invalid) {
            context.config().at(KEEP).invalid(invalid.getMessage());
        }
        return PlannedElement.of(
                context.input(),
                build ->
                        ElementOutput.of(
                                build.place(
                                        build.expressions()
                                                .filter(
                                                        build.placedInput(),
                                                        context.input(),
                                                        condition))));
    }
}
