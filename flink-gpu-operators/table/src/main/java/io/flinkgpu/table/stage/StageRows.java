package io.flinkgpu.table.stage;

import io.flinkgpu.inference.RowFailedException;
import io.flinkgpu.inference.TensorDecoder;
import io.flinkgpu.inference.TensorEncoder;
import io.flinkgpu.inference.tensor.TensorRow;
import io.flinkgpu.inference.tensor.TensorRowWriter;
import io.flinkgpu.table.model.BoundModel;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.utils.ProjectedRowData;

/**
 * Gives the model its columns of a row, and makes the table's row of its answer. Immutable; the
 * values of the other columns are handed on as they are.
 */
final class StageRows
        implements TensorEncoder<RowData>,
                TensorDecoder<RowData, RowData>,
                ResultTypeQueryable<RowData> {

    private static final long serialVersionUID = 1L;

    private final BoundModel model;
    private final int[] inputs;

    /** By column of the table; null where the model fills it. */
    private final RowData.FieldGetter[] passed;

    /** By column of the table; of the model's answer where it fills it. */
    private final RowData.FieldGetter[] answered;

    private final TypeInformation<RowData> type;
    @Nullable private transient ProjectedRowData inputColumns;

    private StageRows(
            BoundModel model,
            int[] inputs,
            RowData.FieldGetter[] passed,
            RowData.FieldGetter[] answered,
            TypeInformation<RowData> type) {
        this.model = model;
        this.inputs = inputs;
        this.passed = passed;
        this.answered = answered;
        this.type = type;
    }

    /**
     * The way from rows to rows.
     *
     * @param rows columns of the rows that come
     * @param type of the table's rows
     */
    static StageRows of(
            BoundModel model,
            StageColumns columns,
            List<Column> rows,
            TypeInformation<RowData> type) {
        int[] inputs = columns.inputs().stream().mapToInt(rows::indexOf).toArray();
        int count = columns.all().size();
        RowData.FieldGetter[] passed = new RowData.FieldGetter[count];
        RowData.FieldGetter[] answered = new RowData.FieldGetter[count];
        for (int i = 0; i < count; i++) {
            Column column = columns.all().get(i);
            int output = columns.outputs().indexOf(column);
            if (output >= 0) {
                answered[i] = getter(column, output);
            } else {
                passed[i] = getter(column, rows.indexOf(column));
            }
        }
        return new StageRows(model, inputs, passed, answered, type);
    }

    private static RowData.FieldGetter getter(Column column, int index) {
        return RowData.createFieldGetter(column.getDataType().getLogicalType(), index);
    }

    @Override
    public void encode(RowData row, TensorRowWriter writer) throws Exception {
        if (inputColumns == null) {
            inputColumns = ProjectedRowData.from(inputs);
        }
        model.encoder().encode(inputColumns.replaceRow(row), writer);
    }

    @Override
    public RowData decode(RowData row, TensorRow answer) {
        return joined(row, model.decode(answer));
    }

    /** The row of one that failed, as the model's options say. */
    RowData failed(RowData row, RowFailedException failure) {
        return joined(row, model.failed(failure));
    }

    private RowData joined(RowData row, RowData answer) {
        GenericRowData joined = new GenericRowData(row.getRowKind(), passed.length);
        for (int i = 0; i < passed.length; i++) {
            joined.setField(
                    i,
                    passed[i] == null
                            ? answered[i].getFieldOrNull(answer)
                            : passed[i].getFieldOrNull(row));
        }
        return joined;
    }

    @Override
    public TypeInformation<RowData> getProducedType() {
        return type;
    }
}
