package io.flinkgpu.table.type;

import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.TensorRow;
import java.lang.reflect.Array;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/** Reads the elements of one output as the fields of a ROW, in their order. */
final class SplitDecoder implements ColumnDecoder {

    private static final long serialVersionUID = 1L;

    private final String column;
    private final ElementType[] fields;
    private final String output;

    private SplitDecoder(String column, List<ElementType> fields, String output) {
        this.column = column;
        this.fields = fields.toArray(ElementType[]::new);
        this.output = output;
    }

    static SplitDecoder of(String column, RowType type, String output, @Nullable TensorSpec spec) {
        Shape row = TensorTypes.rowShape(spec);
        if (row != null && row.isKnown() && row.elements() != type.getFieldCount()) {
            throw new IllegalArgumentException(
                    "Invalid type of column '%s': a ROW of %d fields. The model's output '%s' gives %s, which are %d elements a row: declare as many fields."
                            .formatted(column, type.getFieldCount(), output, spec, row.elements()));
        }
        List<ElementType> fields =
                type.getFields().stream()
                        .map(field -> element(column, field, output, spec))
                        .toList();
        return new SplitDecoder(column, fields, output);
    }

    private static ElementType element(
            String column, RowType.RowField field, String output, @Nullable TensorSpec spec) {
        LogicalType type = field.getType();
        return ElementType.of(type)
                .filter(element -> spec == null || fits(element, spec.dataType()))
                .orElseThrow(
                        () ->
                                TensorDecoder.mismatch(
                                        column + "." + field.getName(),
                                        type,
                                        output,
                                        spec == null
                                                ? null
                                                : new TensorSpec(
                                                        output, spec.dataType(), Shape.of(-1))));
    }

    private static boolean fits(ElementType element, DataType type) {
        boolean isRaw = element == ElementType.BYTES && type == DataType.UINT8;
        return !isRaw && ElementPairs.columnsFor(type).contains(element);
    }

    @Override
    public Object decode(TensorRow answer) {
        DataType type = answer.dataType(output);
        GenericRowData row = new GenericRowData(fields.length);
        Object elements = null;
        for (int i = 0; i < fields.length; i++) {
            if (i == 0 || fields[i] != fields[i - 1]) {
                elements = elements(fields[i], type, answer);
            }
            row.setField(i, fields[i].toField(elements, i));
        }
        return row;
    }

    private Object elements(ElementType element, DataType type, TensorRow answer) {
        if (!fits(element, type)) {
            throw new IllegalArgumentException(
                    "Cannot read output '%s' as column '%s': it is %s, and a field holds %s."
                            .formatted(output, column, type, element));
        }
        Object elements = TensorElements.read(output, type, element, answer);
        if (Array.getLength(elements) != fields.length) {
            throw new IllegalArgumentException(
                    "Cannot read output '%s' as column '%s': it has %d elements a row, and the ROW has %d fields."
                            .formatted(output, column, Array.getLength(elements), fields.length));
        }
        return elements;
    }
}
