package io.flinkgpu.connectors.table.deadletter;

import io.flinkgpu.connectors.table.check.TableProblems;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;

/** Reads which field of a letter each column of a table is. */
final class LetterColumns {

    private LetterColumns() {}

    /** The fields in the order of the physical columns; what is wrong goes to the problems. */
    static List<LetterField> of(ResolvedSchema schema, TableProblems problems) {
        return schema.getColumns().stream()
                .filter(Column::isPhysical)
                .flatMap(column -> field(column, problems).stream())
                .toList();
    }

    private static Optional<LetterField> field(Column column, TableProblems problems) {
        Optional<LetterField> field = LetterField.of(column.getName());
        if (field.isEmpty()) {
            problems.column(
                    column,
                    "Dead letters have no such field. A column is named as one of: %s."
                            .formatted(known()));
        } else if (!field.get().kind().isOf(column.getDataType())) {
            problems.column(column, "It must be %s.".formatted(field.get().kind().type()));
        } else if (!column.getDataType().getLogicalType().isNullable()) {
            problems.column(column, "Leave out NOT NULL: letters need not have it.");
        }
        return field;
    }

    private static String known() {
        return Arrays.stream(LetterField.values())
                .map(LetterField::key)
                .collect(Collectors.joining(", "));
    }
}
