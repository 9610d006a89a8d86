package io.flinkgpu.job.iceberg;

import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.row.RowSchema;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/** Sink {@code iceberg}: rows as rows of a table of Iceberg. */
@PublicEvolving
public final class IcebergRowsSink implements PipelineElement {

    @Override
    public ElementKind kind() {
        return ElementKind.SINK;
    }

    @Override
    public String type() {
        return "iceberg";
    }

    @Override
    public String description() {
        return "Writes rows into a table of Iceberg, exactly once: those between two checkpoints become one snapshot. A missing table is created when the job is submitted, and a column is added for a field that has none.";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(
                IcebergKeys.CATALOG,
                IcebergKeys.TABLE,
                IcebergKeys.PARTITION_BY,
                IcebergKeys.OPTIONS);
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        return IcebergJars.areThere(type(), context, getClass().getClassLoader())
                ? IcebergWriting.plan(context)
                : PlannedElement.unusable(RowSchema.NONE);
    }
}
