package io.flinkgpu.job.builtin;

import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.ElementOutput;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.element.RowOrigin;
import io.flinkgpu.job.expression.InvalidExpressionException;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.RowSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.PublicEvolving;

/** Step {@code map}: fields made by expressions. */
@PublicEvolving
public final class MapStep implements PipelineElement {

    private static final Key<Map<String, String>> FIELDS =
            Key.of("fields", ValueTypes.mapOf(ValueTypes.expression()))
                    .required()
                    .describedAs(
                            "The fields to make, each with its expression in Flink SQL over the fields of the input, such as label: ARRAY_POSITION(scores, ARRAY_MAX(scores)) - 1.");

    private static final Key<Boolean> APPEND =
            Key.of("append", ValueTypes.truth())
                    .orElse(false)
                    .describedAs("Whether the fields of the input stay in front of the new ones.");

    private static final Key<List<String>> DROP =
            Key.of("drop", ValueTypes.listOf(ValueTypes.field()))
                    .describedAs("With append: the fields of the input that do not stay.");

    @Override
    public ElementKind kind() {
        return ElementKind.STEP;
    }

    @Override
    public String type() {
        return "map";
    }

    @Override
    public String description() {
        return "Makes fields by SQL expressions. Its rows have the new fields, in their order; with append those of the input stay.";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(FIELDS, APPEND, DROP);
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        Config config = context.config();
        Map<String, String> expressions = config.get(FIELDS);
        List<Field> made = new ArrayList<>();
        expressions.forEach(
                (name, expression) -> field(name, expression, context).ifPresent(made::add));
        List<String> dropped = config.find(DROP).orElse(List.of());
        dropped.forEach(name -> context.requireInput(name, config.at(DROP)));
        if (!dropped.isEmpty() && !config.get(APPEND)) {
            config.at(DROP).invalid("Without append: true no field stays that could be dropped.");
        }
        if (made.size() < expressions.size()) {
            return PlannedElement.UNKNOWN;
        }
        RowSchema kept = config.get(APPEND) ? context.input().without(dropped) : RowSchema.NONE;
        RowSchema output = RowOrigin.carry(context.input(), kept.with(made));
        return PlannedElement.of(
                output,
                build ->
                        ElementOutput.of(
                                build.place(
                                        build.expressions()
                                                .project(
                                                        build.placedInput(),
                                                        context.input(),
                                                        expressions,
                                                        output))));
    }

    private static Optional<Field> field(String name, String expression, ElementContext context) {
        Optional<Field> same = context.input().find(expression);
        if (same.isPresent()) {
            return same.map(field -> field.named(name));
        }
        try {
            return Optional.of(
                    context.file().expressions().field(name, expression, context.input()));
        } catch (InvalidExpressionException invalid) {
            context.config().at(FIELDS).get(name).invalid(invalid.getMessage());
            return Optional.empty();
        }
    }
}
