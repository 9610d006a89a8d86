package io.flinkgpu.benchmarks.flink;

import io.flinkgpu.benchmarks.model.BareModel;
import io.flinkgpu.benchmarks.model.BenchModel;
import io.flinkgpu.inference.tensor.Tensor;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** What one writes first: each subtask loads the model and calls it with one row at a time. */
@Internal
public final class RowByRow extends RichMapFunction<Tensor, Integer> {

    private final BenchModel model;
    private transient BareModel loaded;
    private transient float[] values;

    public RowByRow(BenchModel model) {
        this.model = model;
    }

    @Override
    public void open(OpenContext context) {
        loaded = BareModel.load(model, 1);
        values = new float[model.rowFloats()];
    }

    @Override
    public Integer map(Tensor row) {
        row.data().asFloatBuffer().get(values);
        loaded.fill(0, values);
        return loaded.run()[0];
    }

    @Override
    public void close() {
        if (loaded != null) {
            loaded.close();
        }
    }
}
