package io.flinkgpu.inference.tensor;

import java.nio.ByteBuffer;
import org.apache.flink.annotation.PublicEvolving;

/**
 * One row of a model's outputs, as a decoder reads it.
 *
 * <p>A cursor over a {@link TensorBatch}: valid only during the call it is handed to, while the
 * arrays that it returns are copies and stay. Each method comes twice, for the model's only output
 * and for a named one, and fails with {@link ShapeMismatchException} if the name or the element
 * type does not match. Not thread-safe.
 */
@PublicEvolving
public final class TensorRow {

    private final TensorBatch batch;
    private final String modelVersion;
    private int row;

    /** A cursor over outputs of a model of which no version is known. */
    public TensorRow(TensorBatch batch) {
        this(batch, "");
    }

    /**
     * A cursor over a model's outputs.
     *
     * @param modelVersion the version of the model that answered; empty if unknown
     */
    public TensorRow(TensorBatch batch, String modelVersion) {
        this.batch = batch;
        this.modelVersion = modelVersion;
    }

    /** Points this cursor at row {@code index} of the batch. */
    public TensorRow moveTo(int index) {
        row = index;
        return this;
    }

    /** How many rows the operator sent to the model together with this one, itself included. */
    public int batchSize() {
        return batch.rows();
    }

    /**
     * The version of the model that answered, such as {@code 3}: the number of its directory, and 1
     * where it has none. Empty if a foreign server does not say.
     */
    public String modelVersion() {
        return modelVersion;
    }

    /** Values of the only output, flattened; float32. */
    public float[] floats() {
        return floats(batch.onlyTensor());
    }

    /** Values of an output, flattened; float32. */
    public float[] floats(String output) {
        return floats(batch.tensor(output));
    }

    /** Values of the only output, flattened; float64. */
    public double[] doubles() {
        return doubles(batch.onlyTensor());
    }

    /** Values of an output, flattened; float64. */
    public double[] doubles(String output) {
        return doubles(batch.tensor(output));
    }

    /** Values of the only output, flattened; int32. */
    public int[] ints() {
        return ints(batch.onlyTensor());
    }

    /** Values of an output, flattened; int32. */
    public int[] ints(String output) {
        return ints(batch.tensor(output));
    }

    /** Values of the only output, flattened; int64. */
    public long[] longs() {
        return longs(batch.onlyTensor());
    }

    /** Values of an output, flattened; int64. */
    public long[] longs(String output) {
        return longs(batch.tensor(output));
    }

    /** Values of an output, flattened; uint8. */
    public byte[] uint8s(String output) {
        Tensor tensor = batch.tensor(output);
        return tensor.uint8s(first(tensor), size(tensor));
    }

    /** Values of an output, flattened; bool. */
    public boolean[] booleans(String output) {
        Tensor tensor = batch.tensor(output);
        return tensor.booleans(first(tensor), size(tensor));
    }

    /** Byte strings of an output, flattened. */
    public byte[][] bytes(String output) {
        Tensor tensor = batch.tensor(output);
        return tensor.bytes(first(tensor), size(tensor));
    }

    /** Byte strings of the only output read as UTF-8, flattened. */
    public String[] strings() {
        return strings(batch.onlyTensor());
    }

    /** Byte strings of an output read as UTF-8, flattened. */
    public String[] strings(String output) {
        return strings(batch.tensor(output));
    }

    /** The element type of an output. */
    public DataType dataType(String output) {
        return batch.tensor(output).dataType();
    }

    /** The bytes of an output of any type, in the layout of {@link Tensor}; little-endian. */
    public ByteBuffer data(String output) {
        Tensor tensor = batch.tensor(output);
        return tensor.bytesOf(first(tensor), size(tensor));
    }

    /** Shape of an output without its batch axis. */
    public Shape shape(String output) {
        return batch.tensor(output).shape().withoutLeadingAxis();
    }

    /** This row of all outputs, as a batch of one row on the heap, which needs no close. */
    public TensorBatch copy() {
        try (TensorBatch slice = batch.slice(row, row + 1)) {
            return TensorBatchSerializer.INSTANCE.copy(slice);
        }
    }

    private float[] floats(Tensor tensor) {
        return tensor.floats(first(tensor), size(tensor));
    }

    private double[] doubles(Tensor tensor) {
        return tensor.doubles(first(tensor), size(tensor));
    }

    private int[] ints(Tensor tensor) {
        return tensor.ints(first(tensor), size(tensor));
    }

    private long[] longs(Tensor tensor) {
        return tensor.longs(first(tensor), size(tensor));
    }

    private String[] strings(Tensor tensor) {
        return tensor.strings(first(tensor), size(tensor));
    }

    private int first(Tensor tensor) {
        return row * size(tensor);
    }

    private int size(Tensor tensor) {
        Shape shape = tensor.shape();
        long size = 1;
        for (int axis = 1; axis < shape.rank(); axis++) {
            size *= shape.length(axis);
        }
        return (int) size;
    }
}
