package io.flinkgpu.benchmarks.flink;

import io.flinkgpu.benchmarks.model.BenchModel;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/**
 * Replaces an index by a row of its own, or by that of an index which came a while before.
 *
 * <p>Of ten rows that follow each other the first ones are new, and each of the others is equal to
 * a new one of ten rows before. Rows are made of values in memory and of their number.
 */
@Internal
public final class RepeatingRows extends RichMapFunction<Long, Tensor> {

    /** Rows between equal ones: more than are in flight. */
    public static final int DISTANCE = 2_000;

    private static final int CYCLE = 10;

    /** Whole numbers below it are floats without loss. */
    private static final int RADIX = 1 << 20;

    private final float[][] values;
    private final int repeated;
    private transient Shape shape;

    /**
     * Rows for a model.
     *
     * @param repeated how many of ten rows are equal to an earlier one, 0 to 5
     */
    public RepeatingRows(BenchModel model, int repeated) {
        this.values = model.rows(IndexedRows.DISTINCT_ROWS);
        this.repeated = repeated;
    }

    @Override
    public void open(OpenContext context) {
        shape = Shape.of(values[0].length);
    }

    @Override
    public Tensor map(Long index) {
        long content = content(index, repeated);
        float[] row = values[(int) (content % values.length)].clone();
        row[0] = (float) (content % RADIX) / RADIX;
        row[1] = (float) Math.floorDiv(content, RADIX);
        return Tensor.ofFloats(shape, row);
    }

    /** The number of what the row of an index holds: its own, or that of an earlier row. */
    static long content(long index, int repeated) {
        boolean isNew = index % CYCLE < CYCLE - repeated || index < DISTANCE + CYCLE;
        return isNew ? index : index - DISTANCE - (CYCLE - repeated);
    }
}
