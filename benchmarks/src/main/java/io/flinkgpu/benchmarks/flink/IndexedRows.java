package io.flinkgpu.benchmarks.flink;

import io.flinkgpu.benchmarks.model.BenchModel;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import java.util.Arrays;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Replaces an index by one of a few thousand decoded rows that lie in memory. */
@Internal
public final class IndexedRows extends RichMapFunction<Long, Tensor> {

    /** Rows in memory: more than batches in flight, few enough to stay in a cache. */
    public static final int DISTINCT_ROWS = 1024;

    private final BenchModel model;
    private transient Tensor[] rows;

    public IndexedRows(BenchModel model) {
        this.model = model;
    }

    @Override
    public void open(OpenContext context) {
        rows = tensors(model);
    }

    @Override
    public Tensor map(Long index) {
        return rows[(int) (index % rows.length)];
    }

    /** The rows in memory, each of shape {@code [elements of a row]}, float32. */
    public static Tensor[] tensors(BenchModel model) {
        Shape shape = Shape.of(model.rowFloats());
        return Arrays.stream(model.rows(DISTINCT_ROWS))
                .map(row -> Tensor.ofFloats(shape, row))
                .toArray(Tensor[]::new);
    }
}
