package io.flinkgpu.inference.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The rows of one input while its batch is being built, in one growing pooled buffer. */
final class InputColumn {

    /** The most that expected rows reserve; what comes on top makes the memory grow. */
    private static final long MAX_INITIAL_BYTES = 64L << 20;

    /** Memory of which less than one part in so many is used is given back. */
    private static final int SPARE_FACTOR = 4;

    private static final int WORTH_A_COPY_BYTES = 32 << 10;

    private final DirectBufferPool pool;
    private final DataType dataType;
    private final Shape rowShape;
    private final int rowElements;
    private final int expectedRows;
    private PooledBuffer memory;
    private int rows;
    private int lastRowStart;

    InputColumn(DirectBufferPool pool, DataType dataType, Shape rowShape, int expectedRows) {
        this.pool = pool;
        this.dataType = dataType;
        this.rowShape = rowShape;
        this.rowElements = Math.toIntExact(rowShape.elements());
        this.expectedRows = expectedRows;
    }

    int rows() {
        return rows;
    }

    int byteSize() {
        return memory == null ? 0 : memory.buffer().position();
    }

    boolean accepts(DataType otherType, Shape otherShape) {
        return dataType == otherType && rowShape.equals(otherShape);
    }

    void append(ByteBuffer row) {
        if (dataType.isFixedSize()) {
            checkBytes(row.remaining());
        } else {
            ByteStrings.offsets(row.slice(), rowElements);
        }
        reserve(row.remaining()).put(row.duplicate());
    }

    /**
     * Starts a row of {@code elements} elements of a fixed-size type and gives its memory,
     * little-endian, for the caller to fill.
     */
    ByteBuffer append(int elements) {
        int bytes = Math.multiplyExact(elements, dataType.byteSize());
        checkBytes(bytes);
        ByteBuffer target = reserve(bytes);
        ByteBuffer row = target.slice(target.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
        target.position(target.position() + bytes);
        return row;
    }

    void append(byte[][] row) {
        if (row.length != rowElements) {
            throw new ShapeMismatchException(
                    "Invalid row of %s%s: %d elements. It takes %d."
                            .formatted(dataType, rowShape, row.length, rowElements));
        }
        int bytes = 0;
        for (byte[] element : row) {
            bytes = Math.addExact(bytes, Math.addExact(Integer.BYTES, element.length));
        }
        ByteBuffer target = reserve(bytes);
        for (byte[] element : row) {
            target.putInt(element.length).put(element);
        }
    }

    /** Forgets all but the first {@code count} rows; at most one row can be forgotten. */
    void truncate(int count) {
        if (rows > count) {
            memory.buffer().position(lastRowStart);
            rows = count;
        }
    }

    Tensor toTensor(int rowCount) {
        memory.buffer().flip();
        giveSpareMemoryBack();
        return Tensor.owning(dataType, rowShape.withLeadingAxis(rowCount), memory);
    }

    /** A batch that is sent long before it is full may wait long, next to many such. */
    private void giveSpareMemoryBack() {
        ByteBuffer rowsAtHand = memory.buffer();
        int capacity = rowsAtHand.capacity();
        if (capacity < WORTH_A_COPY_BYTES || capacity / SPARE_FACTOR <= rowsAtHand.limit()) {
            return;
        }
        PooledBuffer fitting = pool.acquire(rowsAtHand.limit());
        fitting.buffer().put(rowsAtHand).flip();
        memory.release();
        memory = fitting;
    }

    void release() {
        if (memory != null) {
            memory.release();
            memory = null;
        }
    }

    private void checkBytes(int bytes) {
        long expected = (long) rowElements * dataType.byteSize();
        if (bytes != expected) {
            throw new ShapeMismatchException(
                    "Invalid row of %s%s: %d bytes. It takes %d."
                            .formatted(dataType, rowShape, bytes, expected));
        }
    }

    /** Starts a row and gives the buffer with room for it, positioned at its first byte. */
    private ByteBuffer reserve(int bytes) {
        if (memory == null) {
            long expected = Math.min((long) bytes * expectedRows, MAX_INITIAL_BYTES);
            memory = pool.acquire(Math.max(bytes, expected));
        } else if (memory.buffer().capacity() - memory.buffer().position() < bytes) {
            grow(bytes);
        }
        ByteBuffer buffer = memory.buffer();
        buffer.limit(buffer.capacity());
        lastRowStart = buffer.position();
        rows++;
        return buffer;
    }

    private void grow(int bytes) {
        ByteBuffer full = memory.buffer();
        PooledBuffer larger =
                pool.acquire(Math.max(2L * full.capacity(), (long) full.position() + bytes));
        larger.buffer().put(full.flip());
        memory.release();
        memory = larger;
    }
}
