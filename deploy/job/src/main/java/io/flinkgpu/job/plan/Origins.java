package io.flinkgpu.job.plan;

import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.element.RowOrigin;
import io.flinkgpu.job.file.ElementSpec;
import io.flinkgpu.job.file.PipelineSpec;
import io.flinkgpu.job.row.RowSchema;
import java.util.List;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.types.Row;

/**
 * Where the rows of a file carry their origin: from every source up to the sinks, in a file in
 * which somebody takes dead letters.
 */
final class Origins {

    private Origins() {}

    static boolean areKept(PipelineSpec spec) {
        return spec.elements().stream()
                .flatMap(element -> element.inputs().stream())
                .anyMatch(ElementSpec.Input::isDeadLetters);
    }

    /** The rows or dead letters that leave an element, with what this adds to them. */
    static RowSchema emitted(ElementSpec.Input input, PlannedElement from, PipelineSpec spec) {
        if (input.isDeadLetters()) {
            return DeadLetterRows.SCHEMA;
        }
        boolean isSource =
                spec.find(input.element())
                        .filter(element -> element.kind() == ElementKind.SOURCE)
                        .isPresent();
        return isSource && areKept(spec)
                ? from.output().with(List.of(RowOrigin.FIELD))
                : from.output();
    }

    /**
     * The rows that an element takes, of inputs whose other fields are the same: with the origin,
     * if all of them have it.
     */
    static RowSchema taken(List<RowSchema> inputs, ElementKind by) {
        RowSchema first = inputs.get(0);
        boolean isKept =
                by != ElementKind.SINK
                        && inputs.stream()
                                .allMatch(each -> each.find(RowOrigin.FIELD.name()).isPresent());
        if (!isKept) {
            return RowOrigin.visible(first);
        }
        return inputs.stream().allMatch(first::takes)
                ? first
                : RowOrigin.visible(first).with(List.of(RowOrigin.FIELD));
    }

    /**
     * The rows of a source, with where they come from.
     *
     * @param name of the source's operators
     * @param prefix of their origins
     */
    static DataStream<Row> add(
            String name, String prefix, PlannedElement plan, DataStream<Row> rows) {
        RowSchema with = plan.output().with(List.of(RowOrigin.FIELD));
        return rows.map(new OriginFunction(prefix, plan.output(), plan.redo().reference()))
                .returns(with.typeInfo())
                .name(name + ".origin")
                .uid(name + ".origin")
                .setParallelism(rows.getParallelism());
    }

    /** Rows with the fields of another schema, each of which they have. */
    static DataStream<Row> as(RowSchema to, RowSchema from, DataStream<Row> rows) {
        if (to.takes(from)) {
            return rows;
        }
        int[] places = to.names().stream().mapToInt(from::indexOf).toArray();
        MapFunction<Row, Row> choose = row -> Row.project(row, places);
        return rows.map(choose)
                .returns(to.typeInfo())
                .name("fields")
                .setParallelism(rows.getParallelism());
    }
}
