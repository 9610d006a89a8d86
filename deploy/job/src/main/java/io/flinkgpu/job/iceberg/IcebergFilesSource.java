package io.flinkgpu.job.iceberg;

import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.NewOnly;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowSchema;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/** Source {@code iceberg}: the files that a table of Iceberg names. */
@PublicEvolving
public final class IcebergFilesSource implements PipelineElement {

    static final RowSchema SCHEMA =
            RowSchema.of(
                    Field.of("path", FieldType.STRING),
                    Field.of("content", FieldType.BYTES),
                    Field.of("contentType", FieldType.STRING),
                    Field.of("size", FieldType.BIGINT));

    @Override
    public ElementKind kind() {
        return ElementKind.SOURCE;
    }

    @Override
    public String type() {
        return "iceberg";
    }

    @Override
    public String description() {
        return "Reads the files whose paths stand in a column of a table of Iceberg, each whole, as a row with its path (string), content (bytes), contentType (string, by its first bytes) and size (bigint). Bounded without monitor. A file that cannot be read is a dead letter.";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(
                IcebergKeys.CATALOG,
                IcebergKeys.TABLE,
                IcebergKeys.COLUMN,
                IcebergKeys.SNAPSHOT,
                IcebergKeys.MONITOR,
                IcebergKeys.MAX_FILE_SIZE,
                NewOnly.KEY);
    }

    @Override
    public boolean hasDeadLetters() {
        return true;
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        return IcebergJars.areThere(type(), context, getClass().getClassLoader())
                ? IcebergReading.plan(context)
                : PlannedElement.unusable(SCHEMA);
    }
}
