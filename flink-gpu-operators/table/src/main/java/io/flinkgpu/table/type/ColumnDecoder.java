package io.flinkgpu.table.type;

import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.TensorRow;
import java.io.Serializable;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/** Makes the value of one column of a model's answer. Immutable. */
@Internal
public interface ColumnDecoder extends Serializable {

    /**
     * The value in Flink's internal data structures; the caller owns it.
     *
     * @throws IllegalArgumentException if the answer does not fit the column
     * @throws io.flinkgpu.inference.tensor.ShapeMismatchException if there is no such output
     */
    Object decode(TensorRow answer);

    /**
     * Binds a column to an output. A ROW takes the elements of the output one by one.
     *
     * @param spec of the output; null: the model does not tell
     * @throws IllegalArgumentException if the column cannot hold the output's values, naming both
     */
    static ColumnDecoder of(
            String column, LogicalType type, String output, @Nullable TensorSpec spec) {
        return type instanceof RowType row
                ? SplitDecoder.of(column, row, output, spec)
                : TensorDecoder.of(column, type, output, spec);
    }

    /** Binds a ROW to the values of its fields. */
    static ColumnDecoder ofFields(List<ColumnDecoder> fields) {
        ColumnDecoder[] all = fields.toArray(ColumnDecoder[]::new);
        return answer -> {
            GenericRowData row = new GenericRowData(all.length);
            for (int i = 0; i < all.length; i++) {
                row.setField(i, all[i].decode(answer));
            }
            return row;
        };
    }
}
