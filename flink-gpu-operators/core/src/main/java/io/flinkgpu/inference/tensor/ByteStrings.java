package io.flinkgpu.inference.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The layout of {@link DataType#BYTES} elements: a 4-byte little-endian length, then the bytes. */
final class ByteStrings {

    private ByteStrings() {}

    /**
     * Offsets of {@code count} elements and of the end.
     *
     * @throws ShapeMismatchException if the bytes do not hold exactly that many elements
     */
    static int[] offsets(ByteBuffer data, int count) {
        ByteBuffer source = data.duplicate().order(ByteOrder.LITTLE_ENDIAN).rewind();
        if (count > source.remaining() / Integer.BYTES) {
            throw new ShapeMismatchException(
                    "Invalid bytes tensor: %d bytes. %d elements take at least %d."
                            .formatted(source.remaining(), count, (long) count * Integer.BYTES));
        }
        int[] offsets = new int[count + 1];
        for (int i = 0; i < count; i++) {
            offsets[i] = source.position();
            skipElement(source, i, count);
        }
        offsets[count] = source.position();
        if (source.hasRemaining()) {
            throw new ShapeMismatchException(
                    "Invalid bytes tensor: %d bytes remain after element %d of %d. "
                                    .formatted(source.remaining(), count, count)
                            + "The shape must count every element.");
        }
        return offsets;
    }

    private static void skipElement(ByteBuffer source, int index, int count) {
        int length = source.remaining() < Integer.BYTES ? -1 : source.getInt();
        if (length < 0 || length > source.remaining()) {
            throw new ShapeMismatchException(
                    "Invalid bytes tensor: element %d of %d is cut off at byte %d."
                            .formatted(index, count, source.position()));
        }
        source.position(source.position() + length);
    }
}
