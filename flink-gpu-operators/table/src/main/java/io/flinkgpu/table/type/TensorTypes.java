package io.flinkgpu.table.type;

import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.types.logical.LogicalType;

/** The types of columns that tensors usually become. */
@Internal
public final class TensorTypes {

    private TensorTypes() {}

    /**
     * A single value where a row has one element; BYTES for rows of uint8; otherwise ARRAYs nested
     * as deep as a row has axes, or one ARRAY where that is not known.
     */
    public static LogicalType columnType(TensorSpec spec) {
        Shape row = rowShape(spec);
        ElementType element = ElementPairs.columnsFor(spec.dataType()).get(0);
        if (isSingle(row)) {
            return element.logicalType();
        }
        boolean isFlat = row != null && (row.isKnown() || row.rank() == 1);
        if (spec.dataType() == DataType.UINT8 && isFlat) {
            return ElementType.BYTES.logicalType();
        }
        return new ColumnType(element, row == null ? 1 : row.rank()).toLogicalType();
    }

    /** What follows the batch axis; null: not known. */
    @Nullable
    static Shape rowShape(@Nullable TensorSpec spec) {
        boolean hasRows = spec != null && spec.shape().isRankKnown() && spec.shape().rank() > 0;
        return hasRows ? spec.shape().withoutLeadingAxis() : null;
    }

    private static boolean isSingle(@Nullable Shape row) {
        return row != null && row.isKnown() && row.elements() == 1;
    }
}
