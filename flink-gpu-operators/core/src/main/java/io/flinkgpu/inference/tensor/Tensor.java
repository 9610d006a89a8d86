package io.flinkgpu.inference.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * A block of elements of one type, row-major and little-endian.
 *
 * <p>Fixed-size types lie densely; {@link DataType#BYTES} elements each carry a 4-byte length in
 * front. Content does not change once a tensor is built. A tensor over pooled memory must be closed
 * by its owner, after which every access fails; closing a tensor on the heap does nothing. Reads
 * are safe from many threads, {@link #close()} is not.
 */
@PublicEvolving
@TypeInfo(TensorTypeInfoFactory.class)
public final class Tensor implements AutoCloseable {

    private final DataType dataType;
    private final Shape shape;
    @Nullable private final PooledBuffer pooled;
    @Nullable private ByteBuffer data;
    @Nullable private volatile int[] elementOffsets;

    private Tensor(DataType dataType, Shape shape, ByteBuffer data, @Nullable PooledBuffer pooled) {
        this.dataType = dataType;
        this.shape = shape;
        this.data = data;
        this.pooled = pooled;
    }

    /**
     * A tensor over the remaining bytes of {@code data}, which it shares.
     *
     * @throws ShapeMismatchException if the bytes are not as many as type and shape ask for
     */
    public static Tensor wrap(DataType dataType, Shape shape, ByteBuffer data) {
        return checked(dataType, shape, data, null);
    }

    /**
     * As {@link #wrap}; the tensor takes over one reference of the pooled buffer, which is released
     * if this fails.
     */
    public static Tensor owning(DataType dataType, Shape shape, PooledBuffer pooled) {
        try {
            return checked(dataType, shape, pooled.buffer(), pooled);
        } catch (RuntimeException mismatch) {
            pooled.release();
            throw mismatch;
        }
    }

    /** A tensor with a copy of {@code content} in memory of the pool. */
    public static Tensor copyOf(
            DataType dataType, Shape shape, ByteBuffer content, DirectBufferPool pool) {
        PooledBuffer pooled = pool.acquire(content.remaining());
        pooled.buffer().put(content.duplicate()).flip();
        return owning(dataType, shape, pooled);
    }

    /**
     * The rows of all parts in one tensor of the pool.
     *
     * @param parts at least one, all of one type and row shape
     * @throws ShapeMismatchException if a part's type or row shape differs from the first one's
     */
    public static Tensor concatenate(List<Tensor> parts, DirectBufferPool pool) {
        Tensor first = parts.get(0);
        parts.forEach(first::requireSameRows);
        PooledBuffer pooled = pool.acquire(parts.stream().mapToLong(Tensor::byteSize).sum());
        long rows = 0;
        for (Tensor part : parts) {
            pooled.buffer().put(part.content());
            rows += part.shape().length(0);
        }
        pooled.buffer().flip();
        Shape shape = first.shape.withoutLeadingAxis().withLeadingAxis(rows);
        return owning(first.dataType, shape, pooled);
    }

    /** A tensor of zeros; empty strings for {@link DataType#BYTES}. */
    public static Tensor zeros(DataType dataType, Shape shape) {
        int elementBytes = dataType.isFixedSize() ? dataType.byteSize() : Integer.BYTES;
        return wrap(dataType, shape, allocate(Math.toIntExact(shape.elements()), elementBytes));
    }

    /** A tensor with a copy of {@code tensor}'s content on the heap. */
    static Tensor heapCopyOf(Tensor tensor) {
        ByteBuffer content = tensor.content();
        ByteBuffer copy = allocate(content.remaining(), 1).put(content).flip();
        return new Tensor(tensor.dataType, tensor.shape, copy.order(ByteOrder.LITTLE_ENDIAN), null);
    }

    /**
     * A tensor of dtype float32; copies the values.
     *
     * @param values row-major, as many as the shape has elements
     * @throws ShapeMismatchException if their number differs from the shape's
     */
    public static Tensor ofFloats(Shape shape, float... values) {
        ByteBuffer data = allocate(values.length, Float.BYTES);
        data.asFloatBuffer().put(values);
        return wrap(DataType.FLOAT32, shape, data);
    }

    /**
     * A tensor of dtype float64; copies the values.
     *
     * @param values row-major, as many as the shape has elements
     * @throws ShapeMismatchException if their number differs from the shape's
     */
    public static Tensor ofDoubles(Shape shape, double... values) {
        ByteBuffer data = allocate(values.length, Double.BYTES);
        data.asDoubleBuffer().put(values);
        return wrap(DataType.FLOAT64, shape, data);
    }

    /**
     * A tensor of dtype int32; copies the values.
     *
     * @param values row-major, as many as the shape has elements
     * @throws ShapeMismatchException if their number differs from the shape's
     */
    public static Tensor ofInts(Shape shape, int... values) {
        ByteBuffer data = allocate(values.length, Integer.BYTES);
        data.asIntBuffer().put(values);
        return wrap(DataType.INT32, shape, data);
    }

    /**
     * A tensor of dtype int64; copies the values.
     *
     * @param values row-major, as many as the shape has elements
     * @throws ShapeMismatchException if their number differs from the shape's
     */
    public static Tensor ofLongs(Shape shape, long... values) {
        ByteBuffer data = allocate(values.length, Long.BYTES);
        data.asLongBuffer().put(values);
        return wrap(DataType.INT64, shape, data);
    }

    /**
     * A tensor of dtype uint8; copies the values.
     *
     * @param values row-major, the bits of unsigned numbers
     */
    public static Tensor ofUint8(Shape shape, byte... values) {
        return wrap(DataType.UINT8, shape, ByteBuffer.wrap(values.clone()));
    }

    /**
     * A tensor of dtype bool; copies the values.
     *
     * @param values row-major, as many as the shape has elements
     */
    public static Tensor ofBooleans(Shape shape, boolean... values) {
        ByteBuffer data = allocate(values.length, 1);
        for (int i = 0; i < values.length; i++) {
            data.put(i, (byte) (values[i] ? 1 : 0));
        }
        return wrap(DataType.BOOL, shape, data);
    }

    /** A tensor of byte strings, each the UTF-8 form of a value. */
    public static Tensor ofStrings(Shape shape, String... values) {
        byte[][] encoded = new byte[values.length][];
        for (int i = 0; i < values.length; i++) {
            encoded[i] = values[i].getBytes(StandardCharsets.UTF_8);
        }
        return ofBytes(shape, encoded);
    }

    /** A tensor of byte strings. */
    public static Tensor ofBytes(Shape shape, byte[]... values) {
        int size = 0;
        for (byte[] value : values) {
            size = Math.addExact(size, Integer.BYTES + value.length);
        }
        ByteBuffer data = allocate(size, 1);
        for (byte[] value : values) {
            data.putInt(value.length).put(value);
        }
        return wrap(DataType.BYTES, shape, data.flip());
    }

    /** The type of the elements. */
    public DataType dataType() {
        return dataType;
    }

    /** All axes, outermost first; the first one is the batch where the tensor belongs to one. */
    public Shape shape() {
        return shape;
    }

    /** A read-only, little-endian view of all bytes. */
    public ByteBuffer data() {
        return open().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A writable view for those in this package who only read it, fast. */
    ByteBuffer content() {
        return open().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The length of {@link #data()}, in bytes. */
    public int byteSize() {
        return open().limit();
    }

    /**
     * All elements, row-major, as a copy.
     *
     * @throws ShapeMismatchException if the dtype is not float32
     */
    public float[] toFloats() {
        return floats(0, elementCount());
    }

    /**
     * All elements, row-major, as a copy.
     *
     * @throws ShapeMismatchException if the dtype is not float64
     */
    public double[] toDoubles() {
        return doubles(0, elementCount());
    }

    /**
     * All elements, row-major, as a copy.
     *
     * @throws ShapeMismatchException if the dtype is not int32
     */
    public int[] toInts() {
        return ints(0, elementCount());
    }

    /**
     * All elements, row-major, as a copy.
     *
     * @throws ShapeMismatchException if the dtype is not int64
     */
    public long[] toLongs() {
        return longs(0, elementCount());
    }

    /**
     * All elements, row-major, as UTF-8 strings.
     *
     * @throws ShapeMismatchException if the dtype is not bytes
     */
    public String[] toStrings() {
        return strings(0, elementCount());
    }

    /**
     * The same elements under another shape; takes over the memory, so that only the result is
     * closed.
     *
     * @throws ShapeMismatchException if the shape has another number of elements
     */
    public Tensor reshaped(Shape newShape) {
        return checked(dataType, newShape, open(), pooled);
    }

    /**
     * Rows {@code [from, to)} of the leading axis, sharing this tensor's memory; closed by itself.
     */
    Tensor rows(int from, int to) {
        Shape row = shape.withoutLeadingAxis();
        int rowElements = Math.toIntExact(row.elements());
        int start = byteOffset(from * rowElements);
        int end = byteOffset(to * rowElements);
        ByteBuffer slice =
                open().duplicate()
                        .position(start)
                        .limit(end)
                        .slice()
                        .order(ByteOrder.LITTLE_ENDIAN);
        return new Tensor(
                dataType,
                row.withLeadingAxis(to - from),
                slice,
                pooled == null ? null : pooled.retain());
    }

    float[] floats(int from, int count) {
        float[] values = new float[count];
        elements(DataType.FLOAT32, from).asFloatBuffer().get(values);
        return values;
    }

    double[] doubles(int from, int count) {
        double[] values = new double[count];
        elements(DataType.FLOAT64, from).asDoubleBuffer().get(values);
        return values;
    }

    int[] ints(int from, int count) {
        int[] values = new int[count];
        elements(DataType.INT32, from).asIntBuffer().get(values);
        return values;
    }

    long[] longs(int from, int count) {
        long[] values = new long[count];
        elements(DataType.INT64, from).asLongBuffer().get(values);
        return values;
    }

    boolean[] booleans(int from, int count) {
        ByteBuffer source = elements(DataType.BOOL, from);
        boolean[] values = new boolean[count];
        for (int i = 0; i < count; i++) {
            values[i] = source.get() != 0;
        }
        return values;
    }

    byte[] uint8s(int from, int count) {
        byte[] values = new byte[count];
        elements(DataType.UINT8, from).get(values);
        return values;
    }

    /** A read-only view of the bytes of some elements. */
    ByteBuffer bytesOf(int from, int count) {
        int start = byteOffset(from);
        return data().slice(start, byteOffset(from + count) - start).order(ByteOrder.LITTLE_ENDIAN);
    }

    byte[][] bytes(int from, int count) {
        ByteBuffer source = elements(DataType.BYTES, from);
        byte[][] values = new byte[count][];
        for (int i = 0; i < count; i++) {
            values[i] = new byte[source.getInt()];
            source.get(values[i]);
        }
        return values;
    }

    String[] strings(int from, int count) {
        byte[][] encoded = bytes(from, count);
        String[] values = new String[count];
        for (int i = 0; i < count; i++) {
            values[i] = new String(encoded[i], StandardCharsets.UTF_8);
        }
        return values;
    }

    @Override
    public void close() {
        if (data != null) {
            data = null;
            if (pooled != null) {
                pooled.release();
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor that
                && dataType == that.dataType
                && shape.equals(that.shape)
                && open().equals(that.open());
    }

    @Override
    public int hashCode() {
        return Objects.hash(dataType, shape, open());
    }

    @Override
    public String toString() {
        return dataType + shape.toString();
    }

    /** Whether both tensors have the same element type and the same shape of a row. */
    boolean hasSameRowsAs(Tensor other) {
        return dataType == other.dataType
                && shape.withoutLeadingAxis().equals(other.shape.withoutLeadingAxis());
    }

    private void requireSameRows(Tensor part) {
        if (!hasSameRowsAs(part)) {
            throw new ShapeMismatchException(
                    "Cannot concatenate tensors: " + part + " has other rows than " + this + ".");
        }
    }

    private int elementCount() {
        return Math.toIntExact(shape.elements());
    }

    private ByteBuffer elements(DataType expected, int from) {
        if (dataType != expected) {
            throw new ShapeMismatchException(
                    "Cannot read tensor as " + expected + ": it is " + dataType + ".");
        }
        return open().duplicate().order(ByteOrder.LITTLE_ENDIAN).position(byteOffset(from));
    }

    private int byteOffset(int element) {
        return dataType.isFixedSize() ? element * dataType.byteSize() : elementOffsets()[element];
    }

    /** Offsets of all byte strings and of the end; computed once, a race repeats it. */
    private int[] elementOffsets() {
        int[] offsets = elementOffsets;
        if (offsets == null) {
            offsets = ByteStrings.offsets(open(), elementCount());
            elementOffsets = offsets;
        }
        return offsets;
    }

    private ByteBuffer open() {
        ByteBuffer current = data;
        if (current == null) {
            throw new IllegalStateException("Cannot read tensor " + this + ": it is closed.");
        }
        return current;
    }

    private static Tensor checked(
            DataType dataType, Shape shape, ByteBuffer data, @Nullable PooledBuffer pooled) {
        ByteBuffer view = data.slice().order(ByteOrder.LITTLE_ENDIAN);
        long elements = shape.elements();
        if (dataType.isFixedSize()) {
            long expected = Math.multiplyExact(elements, dataType.byteSize());
            if (view.limit() != expected) {
                throw new ShapeMismatchException(
                        "Invalid tensor %s%s: %d bytes. It takes %d."
                                .formatted(dataType, shape, view.limit(), expected));
            }
        } else {
            ByteStrings.offsets(view, Math.toIntExact(elements));
        }
        return new Tensor(dataType, shape, view, pooled);
    }

    private static ByteBuffer allocate(int elements, int elementBytes) {
        return ByteBuffer.allocate(Math.multiplyExact(elements, elementBytes))
                .order(ByteOrder.LITTLE_ENDIAN);
    }
}
