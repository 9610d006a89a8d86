package io.flinkgpu.benchmarks.load;

import java.io.Serializable;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * A row of the load. Public, so that Flink knows its fields without Kryo.
 *
 * <p>A value: whoever holds one must not write to its values.
 *
 * @param id its place in the sequence, from 0
 * @param values float32 {@code [width]}, in {@code [0, 1)}; the same for the same id
 */
// An array is what tensors are filled from; equals and hashCode below compare its elements.
@Internal
@SuppressWarnings("ArrayRecordComponent")
public record LoadRow(long id, float[] values) implements Serializable {

    static final TypeInformation<LoadRow> TYPE = TypeInformation.of(LoadRow.class);

    /** The row of an id. */
    static LoadRow of(long id, int width) {
        SplittableRandom random = new SplittableRandom(id);
        float[] values = new float[width];
        for (int i = 0; i < width; i++) {
            values[i] = random.nextFloat();
        }
        return new LoadRow(id, values);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LoadRow that && id == that.id && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(id) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "LoadRow[%d, %d floats]".formatted(id, values.length);
    }
}
