package io.flinkgpu.job.infer;

import io.flinkgpu.inference.TensorEncoder;
import io.flinkgpu.inference.tensor.TensorRowWriter;
import java.util.List;
import org.apache.flink.types.Row;

/** Writes the fields of a row as the inputs of a model. */
final class RowEncoder implements TensorEncoder<Row> {

    private final InputBinding[] inputs;

    RowEncoder(List<InputBinding> inputs) {
        this.inputs = inputs.toArray(InputBinding[]::new);
    }

    @Override
    public void encode(Row row, TensorRowWriter writer) {
        for (InputBinding input : inputs) {
            input.write(row, writer);
        }
    }
}
