package io.flinkgpu.job.builtin;

import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.row.RowJson;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.Types;

/** Sink {@code print}: rows on the standard output of the task managers. */
@PublicEvolving
public final class PrintSink implements PipelineElement {

    private static final Key<String> PREFIX =
            Key.of("prefix", ValueTypes.text())
                    .orElse("")
                    .describedAs("Stands in front of each row, with the subtask.");

    @Override
    public ElementKind kind() {
        return ElementKind.SINK;
    }

    @Override
    public String type() {
        return "print";
    }

    @Override
    public String description() {
        return "Prints each row as JSON on the standard output of its task manager; for trying things out.";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(PREFIX);
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        RowJson json = new RowJson(context.input());
        String prefix = context.config().get(PREFIX);
        return PlannedElement.sink(
                build ->
                        build.place(
                                build.place(
                                                "json",
                                                build.input()
                                                        .map(row -> json.write(row).toString())
                                                        .returns(Types.STRING))
                                        .print(prefix)));
    }
}
