package io.flinkgpu.benchmarks.sql;

import io.flinkgpu.benchmarks.model.BareModel;
import io.flinkgpu.benchmarks.model.BenchModel;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;

/** What one writes first in SQL: a function that loads the model and calls it for each row. */
@Internal
public final class RowByRowFunction extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    private final BenchModel model;
    private transient BareModel loaded;

    public RowByRowFunction(BenchModel model) {
        this.model = model;
    }

    @Override
    public void open(FunctionContext context) {
        loaded = BareModel.load(model, 1);
    }

    /** The best class of a row. */
    public int eval(
            @DataTypeHint(value = "ARRAY<FLOAT>", bridgedTo = ArrayData.class) ArrayData features) {
        loaded.fill(0, features.toFloatArray());
        return loaded.run()[0];
    }

    @Override
    public void close() {
        if (loaded != null) {
            loaded.close();
        }
    }
}
