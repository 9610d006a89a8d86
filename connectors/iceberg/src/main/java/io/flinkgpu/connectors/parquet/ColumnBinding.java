package io.flinkgpu.connectors.parquet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.shaded.org.apache.parquet.column.ColumnDescriptor;
import org.apache.iceberg.shaded.org.apache.parquet.schema.GroupType;
import org.apache.iceberg.shaded.org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.iceberg.shaded.org.apache.parquet.schema.MessageType;
import org.apache.iceberg.shaded.org.apache.parquet.schema.PrimitiveType;
import org.apache.iceberg.shaded.org.apache.parquet.schema.Type;

/**
 * Columns as they are wanted, found in a file by their names.
 *
 * @param columns in the order in which they are wanted
 * @param projection the part of the file's schema that holds them
 */
record ColumnBinding(List<FileColumn> columns, MessageType projection) {

    /** A file does not have columns as they are wanted. */
    static final class UnfitException extends Exception {
        private static final long serialVersionUID = 1L;

        private final List<String> problems;

        private UnfitException(List<String> problems) {
            super(String.join("; ", problems));
            this.problems = problems;
        }

        /** Half a sentence for each column that does not fit. */
        List<String> problems() {
            return problems;
        }
    }

    static ColumnBinding of(List<WantedColumn> wanted, MessageType file) throws UnfitException {
        List<FileColumn> columns = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (WantedColumn column : wanted) {
            find(column, file).ifPresentOrElse(columns::add, () -> problems.add(why(column, file)));
        }
        if (!problems.isEmpty()) {
            throw new UnfitException(problems);
        }
        List<Type> types = wanted.stream().map(column -> file.getType(column.column())).toList();
        return new ColumnBinding(columns, new MessageType(file.getName(), types));
    }

    private static Optional<FileColumn> find(WantedColumn wanted, MessageType file) {
        if (!file.containsField(wanted.column())) {
            return Optional.empty();
        }
        Type type = file.getType(wanted.column());
        if (wanted.isList()) {
            return isList(type) ? list(wanted, type.asGroupType(), file) : Optional.empty();
        }
        if (!type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) {
            return Optional.empty();
        }
        return ValueReaders.of(wanted.type(), type.asPrimitiveType())
                .map(values -> FileColumn.scalar(wanted, descriptor(file, type.getName()), values));
    }

    private static boolean isList(Type type) {
        return !type.isPrimitive()
                && LogicalTypeAnnotation.listType().equals(type.getLogicalTypeAnnotation())
                && type.asGroupType().getFieldCount() == 1
                && type.asGroupType().getType(0).isRepetition(Type.Repetition.REPEATED);
    }

    private static Optional<FileColumn> list(
            WantedColumn wanted, GroupType list, MessageType file) {
        Type repeated = list.getType(0);
        // Old writers leave a level out.
        Type element = ParquetSchemaUtil.determineListElementType(list);
        if (!element.isPrimitive()) {
            return Optional.empty();
        }
        String[] place = {list.getName(), repeated.getName()};
        String[] value = {list.getName(), repeated.getName(), element.getName()};
        ColumnDescriptor descriptor =
                descriptor(file, element.isRepetition(Type.Repetition.REPEATED) ? place : value);
        return ValueReaders.of(wanted.type(), element.asPrimitiveType())
                .map(
                        values ->
                                FileColumn.list(
                                        wanted,
                                        descriptor,
                                        values,
                                        file.getMaxDefinitionLevel(list.getName()),
                                        file.getMaxDefinitionLevel(place)));
    }

    private static ColumnDescriptor descriptor(MessageType file, String... path) {
        return file.getColumnDescription(path);
    }

    private static String why(WantedColumn wanted, MessageType file) {
        if (!file.containsField(wanted.column())) {
            return "it has no column '%s' among %s"
                    .formatted(
                            wanted.column(),
                            file.getFields().stream()
                                    .map(Type::getName)
                                    .collect(Collectors.joining(", ")));
        }
        return "its column '%s' is %s, which gives no %s"
                .formatted(
                        wanted.column(),
                        describe(file.getType(wanted.column())),
                        wanted.isList() ? "list of " + wanted.type() : wanted.type());
    }

    private static String describe(Type type) {
        if (isList(type)) {
            return "a list of "
                    + describe(ParquetSchemaUtil.determineListElementType(type.asGroupType()));
        }
        LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
        if (!type.isPrimitive()) {
            return meaning == null ? "a group" : "a " + meaning;
        }
        PrimitiveType primitive = type.asPrimitiveType();
        return primitive.getPrimitiveTypeName().name().toLowerCase(Locale.ROOT)
                + (meaning == null ? "" : " (" + meaning + ")");
    }
}
