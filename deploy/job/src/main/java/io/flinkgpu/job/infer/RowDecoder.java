package io.flinkgpu.job.infer;

import io.flinkgpu.inference.TensorDecoder;
import io.flinkgpu.inference.tensor.TensorRow;
import io.flinkgpu.job.row.RowSchema;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.types.Row;

/** Puts a model's answer into the fields of a row, next to those of the input that stay. */
final class RowDecoder implements TensorDecoder<Row, Row>, ResultTypeQueryable<Row> {

    private final OutputBinding[] bindings;
    private final TypeInformation<Row> type;

    /** For each field of the output its place in a row of the input; -1: an answer's. */
    private final int[] kept;

    /** For each field of the output its binding; -1: it is kept. */
    private final int[] made;

    RowDecoder(RowSchema input, List<OutputBinding> bindings, RowSchema output) {
        List<String> fields = bindings.stream().map(OutputBinding::field).toList();
        this.bindings = bindings.toArray(OutputBinding[]::new);
        type = output.typeInfo();
        made = output.names().stream().mapToInt(fields::indexOf).toArray();
        kept = output.names().stream().mapToInt(input::indexOf).toArray();
    }

    @Override
    public Row decode(Row row, TensorRow answer) {
        Row output = Row.withPositions(made.length);
        for (int i = 0; i < made.length; i++) {
            output.setField(
                    i, made[i] < 0 ? row.getField(kept[i]) : bindings[made[i]].read(answer));
        }
        return output;
    }

    @Override
    public TypeInformation<Row> getProducedType() {
        return type;
    }
}
