package io.flinkgpu.inference.tensor;

import java.nio.ByteBuffer;

/**
 * Where an encoder writes one row's inputs.
 *
 * <p>Each input is written once a row, always under the same name and with the same element type.
 * Values are copied before a method returns. Without a shape the row is flat: a model's signature
 * gives it its shape as long as the number of elements agrees. The name {@link #ONLY_INPUT} stands
 * for the input of a model that has just one. Not thread-safe; valid only during the call it is
 * handed to.
 */
public interface TensorRowWriter {

    /** Name of the input of a model with one input. */
    String ONLY_INPUT = "";

    /** Writes {@code data}'s remaining bytes, in the layout of {@link Tensor}, as one row. */
    void write(String input, DataType dataType, Shape rowShape, ByteBuffer data);

    void floats(String input, Shape rowShape, float... values);

    void doubles(String input, Shape rowShape, double... values);

    void ints(String input, Shape rowShape, int... values);

    void longs(String input, Shape rowShape, long... values);

    void strings(String input, Shape rowShape, String... values);

    void bytes(String input, Shape rowShape, byte[]... values);

    default void uint8(String input, Shape rowShape, byte... values) {
        write(input, DataType.UINT8, rowShape, ByteBuffer.wrap(values));
    }

    default void floats(String input, float... values) {
        floats(input, Shape.of(values.length), values);
    }

    default void floats(float... values) {
        floats(ONLY_INPUT, values);
    }

    default void doubles(String input, double... values) {
        doubles(input, Shape.of(values.length), values);
    }

    default void ints(String input, int... values) {
        ints(input, Shape.of(values.length), values);
    }

    default void longs(String input, long... values) {
        longs(input, Shape.of(values.length), values);
    }

    default void strings(String input, String... values) {
        strings(input, Shape.of(values.length), values);
    }

    /** Writes one UTF-8 string as a row without further axes. */
    default void string(String input, String value) {
        strings(input, Shape.scalar(), value);
    }

    /** Writes one byte string, such as an encoded image, as a row without further axes. */
    default void bytes(String input, byte[] value) {
        bytes(input, Shape.scalar(), new byte[][] {value});
    }

    default void uint8(String input, byte... values) {
        uint8(input, Shape.of(values.length), values);
    }
}
