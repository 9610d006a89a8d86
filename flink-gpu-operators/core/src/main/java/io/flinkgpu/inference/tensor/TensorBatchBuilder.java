package io.flinkgpu.inference.tensor;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Packs encoded rows into one {@link TensorBatch}.
 *
 * <p>All rows of a batch have the same inputs, element types and row shapes; {@link #tryAppend}
 * refuses a row that differs, so that its caller starts another batch with it. Single-threaded. The
 * memory belongs to the builder until {@link #build()} or {@link #discard()}.
 */
@PublicEvolving
public final class TensorBatchBuilder {

    /** Writes one row. */
    @FunctionalInterface
    public interface RowEncoder {
        /**
         * Writes one row.
         *
         * @throws Exception if the row cannot be encoded; the batch stays as it was
         */
        void encode(TensorRowWriter writer) throws Exception;
    }

    private final DirectBufferPool pool;
    private final int expectedRows;
    private final Map<String, InputColumn> columns = new LinkedHashMap<>();
    private final ColumnWriter writer = new ColumnWriter();
    private int rows;
    private boolean rowFits;
    private boolean rowHasInput;

    /**
     * @param expectedRows how many rows to take memory for at first
     */
    public TensorBatchBuilder(DirectBufferPool pool, int expectedRows) {
        this.pool = pool;
        this.expectedRows = expectedRows;
    }

    /** How many rows the batch has so far. */
    public int rows() {
        return rows;
    }

    /** Whether the batch has no row yet. */
    public boolean isEmpty() {
        return rows == 0;
    }

    /** The bytes of all inputs so far. */
    public long byteSize() {
        long bytes = 0;
        for (InputColumn column : columns.values()) {
            bytes += column.byteSize();
        }
        return bytes;
    }

    /**
     * Appends the row that {@code encoder} writes.
     *
     * @return false, with the batch as it was, if the row's shape or type differs from the batch's
     * @throws ShapeMismatchException if the encoder writes no input, or one twice
     * @throws Exception what the encoder throws; the batch is as it was
     */
    public boolean tryAppend(RowEncoder encoder) throws Exception {
        rowFits = true;
        rowHasInput = false;
        boolean appended = false;
        try {
            encoder.encode(writer);
            appended = completeRow();
        } finally {
            if (!appended) {
                rollBack();
            }
        }
        return appended;
    }

    /**
     * The batch of all rows appended so far; the builder starts over, and the caller owns the
     * result.
     *
     * @throws IllegalStateException if there are no rows
     */
    public TensorBatch build() {
        if (isEmpty()) {
            throw new IllegalStateException("Cannot build a batch: no row was appended.");
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        columns.forEach((name, column) -> tensors.put(name, column.toTensor(rows)));
        columns.clear();
        rows = 0;
        return TensorBatch.of(tensors);
    }

    /** Gives all memory back and starts over. */
    public void discard() {
        columns.values().forEach(InputColumn::release);
        columns.clear();
        rows = 0;
    }

    private boolean completeRow() {
        if (!rowHasInput) {
            throw new ShapeMismatchException(
                    "Cannot encode row: the encoder wrote no input. Write at least one.");
        }
        if (!rowFits) {
            return false;
        }
        for (InputColumn column : columns.values()) {
            if (column.rows() != rows + 1) {
                return false;
            }
        }
        rows++;
        return true;
    }

    private void rollBack() {
        columns.values().forEach(column -> column.truncate(rows));
        columns.values()
                .removeIf(
                        column -> {
                            boolean empty = column.rows() == 0;
                            if (empty) {
                                column.release();
                            }
                            return empty;
                        });
    }

    /** Routes an encoder's writes to the columns, noting rows that do not fit. */
    private final class ColumnWriter implements TensorRowWriter {

        @Override
        public void write(String input, DataType dataType, Shape rowShape, ByteBuffer data) {
            InputColumn column = column(input, dataType, rowShape);
            if (column != null) {
                column.append(data);
            }
        }

        @Override
        public void floats(String input, Shape rowShape, float... values) {
            InputColumn column = column(input, DataType.FLOAT32, rowShape);
            if (column != null) {
                column.append(values.length).asFloatBuffer().put(values);
            }
        }

        @Override
        public void doubles(String input, Shape rowShape, double... values) {
            InputColumn column = column(input, DataType.FLOAT64, rowShape);
            if (column != null) {
                column.append(values.length).asDoubleBuffer().put(values);
            }
        }

        @Override
        public void ints(String input, Shape rowShape, int... values) {
            InputColumn column = column(input, DataType.INT32, rowShape);
            if (column != null) {
                column.append(values.length).asIntBuffer().put(values);
            }
        }

        @Override
        public void longs(String input, Shape rowShape, long... values) {
            InputColumn column = column(input, DataType.INT64, rowShape);
            if (column != null) {
                column.append(values.length).asLongBuffer().put(values);
            }
        }

        @Override
        public void strings(String input, Shape rowShape, String... values) {
            byte[][] encoded = new byte[values.length][];
            for (int i = 0; i < values.length; i++) {
                encoded[i] = values[i].getBytes(StandardCharsets.UTF_8);
            }
            bytes(input, rowShape, encoded);
        }

        @Override
        public void bytes(String input, Shape rowShape, byte[]... values) {
            InputColumn column = column(input, DataType.BYTES, rowShape);
            if (column != null) {
                column.append(values);
            }
        }

        /** The column to write to; null if the row does not fit the batch. */
        @Nullable
        private InputColumn column(String input, DataType dataType, Shape rowShape) {
            rowHasInput = true;
            InputColumn column = columns.get(input);
            if (column == null) {
                column = new InputColumn(pool, dataType, rowShape, expectedRows);
                columns.put(input, column);
            }
            if (column.rows() > rows) {
                throw new ShapeMismatchException(
                        "Cannot encode row: input '" + input + "' was written twice.");
            }
            if (!column.accepts(dataType, rowShape) || (column.rows() < rows)) {
                rowFits = false;
                return null;
            }
            return column;
        }
    }
}
