package io.flinkgpu.job.media;

import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.iceberg.IcebergJars;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.FieldTypeValues;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;

/** Source {@code parquet}: columns of Parquet files, those to come as well. */
@PublicEvolving
public final class ParquetSource implements PipelineElement {

    static final Key<Map<String, FieldType>> FIELDS =
            Key.of("fields", ValueTypes.mapOf(FieldTypeValues.TYPES))
                    .required()
                    .describedAs(
                            "The columns to read, which become fields of the same names, and their types. A list is an array. A number may be wider than its column's.");
    static final Key<Map<String, String>> COLUMNS =
            Key.of("columns", ValueTypes.mapOf(ValueTypes.text()))
                    .describedAs(
                            "The columns of those fields that are called otherwise, such as {caption: Caption (en)}.");

    @Override
    public ElementKind kind() {
        return ElementKind.SOURCE;
    }

    @Override
    public String type() {
        return "parquet";
    }

    @Override
    public String description() {
        return "Reads columns of Parquet files, whoever wrote them, as rows with path (string), row (bigint, the number from 1) and the fields that are named. Bounded without monitor. A row that cannot be read is a dead letter; so is a file that has not the columns, or the rest of one that is damaged.";
    }

    @Override
    public List<Key<?>> keys() {
        return FileInputKeys.with(FIELDS, COLUMNS);
    }

    @Override
    public boolean hasDeadLetters() {
        return true;
    }

    @Override
    public PlannedElement plan(ElementContext context) {
        return IcebergJars.areThere(type(), context, getClass().getClassLoader())
                ? ParquetReading.plan(context)
                : PlannedElement.UNKNOWN;
    }
}
