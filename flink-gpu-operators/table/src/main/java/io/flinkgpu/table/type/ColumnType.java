package io.flinkgpu.table.type;

import java.util.Optional;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * A column's type as a tensor sees it.
 *
 * @param depth how many ARRAYs are around the elements; 0 for a single one
 */
record ColumnType(ElementType element, int depth) {

    /** Empty where no tensor holds such values. */
    static Optional<ColumnType> of(LogicalType type) {
        int depth = 0;
        LogicalType inner = type;
        while (inner instanceof ArrayType array) {
            inner = array.getElementType();
            depth++;
        }
        int arrays = depth;
        return ElementType.of(inner).map(element -> new ColumnType(element, arrays));
    }

    LogicalType toLogicalType() {
        LogicalType type = element.logicalType();
        for (int i = 0; i < depth; i++) {
            type = new ArrayType(type);
        }
        return type;
    }
}
