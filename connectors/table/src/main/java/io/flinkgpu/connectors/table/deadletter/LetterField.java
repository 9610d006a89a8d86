package io.flinkgpu.connectors.table.deadletter;

import java.util.List;
import java.util.Optional;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

/** The fields of a dead letter's line, in their order; those of job files and of Java jobs. */
enum LetterField {
    ELEMENT("element", Kind.TEXT),
    ERROR_CLASS("errorClass", Kind.TEXT),
    EXCEPTION("exception", Kind.TEXT),
    CAUSE("cause", Kind.TEXT),
    ATTEMPTS("attempts", Kind.NUMBER),
    PLACE("place", Kind.TEXT),
    ARRIVED_AT("arrivedAt", Kind.TIME),
    FAILED_AT("failedAt", Kind.TIME),
    ROW("row", Kind.JSON),
    ID("id", Kind.TEXT),
    RUN("run", Kind.TEXT),
    REDO("redo", Kind.TEXT),
    SOURCE("source", Kind.TEXT),
    ORIGIN("origin", Kind.JSON);

    /** What a field holds, and the column that it is. */
    enum Kind {
        TEXT(LogicalTypeRoot.VARCHAR),
        /** Text in SQL, an object in the line. */
        JSON(LogicalTypeRoot.VARCHAR),
        NUMBER(LogicalTypeRoot.INTEGER),
        TIME(LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE);

        private final LogicalTypeRoot root;

        Kind(LogicalTypeRoot root) {
            this.root = root;
        }

        DataType type() {
            return switch (this) {
                case TEXT, JSON -> DataTypes.STRING();
                case NUMBER -> DataTypes.INT();
                case TIME -> DataTypes.TIMESTAMP_LTZ(3);
            };
        }

        boolean isOf(DataType column) {
            return column.getLogicalType().is(root);
        }
    }

    private static final List<LetterField> ALL = List.of(values());

    private final String key;
    private final Kind kind;

    LetterField(String key, Kind kind) {
        this.key = key;
        this.kind = kind;
    }

    /** Its name in a line, and of its column. */
    String key() {
        return key;
    }

    Kind kind() {
        return kind;
    }

    /** Its place in rows with all fields. */
    int position() {
        return ALL.indexOf(this);
    }

    static Optional<LetterField> of(String key) {
        return ALL.stream().filter(field -> field.key.equals(key)).findFirst();
    }
}
