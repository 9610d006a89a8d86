package io.flinkgpu.inference.tensor;

import java.nio.ByteBuffer;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Where an encoder writes one row's inputs.
 *
 * <p>Each input is written once a row, always under the same name and with the same element type.
 * Values are copied before a method returns. Without a shape the row is flat: a model's signature
 * gives it its shape as long as the number of elements agrees. The name {@link #ONLY_INPUT} stands
 * for the input of a model that has just one. Not thread-safe; valid only during the call it is
 * handed to.
 */
@PublicEvolving
public interface TensorRowWriter {

    /** Name of the input of a model with one input. */
    String ONLY_INPUT = "";

    /** Writes {@code data}'s remaining bytes, in the layout of {@link Tensor}, as one row. */
    void write(String input, DataType dataType, Shape rowShape, ByteBuffer data);

    /**
     * Writes a row of dtype float32.
     *
     * @param rowShape the axes of one row, without the batch axis
     * @param values row-major, as many as the shape has elements
     * @throws ShapeMismatchException if their number differs from the shape's
     */
    void floats(String input, Shape rowShape, float... values);

    /**
     * Writes a row of dtype float64.
     *
     * @param rowShape the axes of one row, without the batch axis
     * @param values row-major, as many as the shape has elements
     * @throws ShapeMismatchException if their number differs from the shape's
     */
    void doubles(String input, Shape rowShape, double... values);

    /**
     * Writes a row of dtype int32.
     *
     * @param rowShape the axes of one row, without the batch axis
     * @param values row-major, as many as the shape has elements
     * @throws ShapeMismatchException if their number differs from the shape's
     */
    void ints(String input, Shape rowShape, int... values);

    /**
     * Writes a row of dtype int64.
     *
     * @param rowShape the axes of one row, without the batch axis
     * @param values row-major, as many as the shape has elements
     * @throws ShapeMismatchException if their number differs from the shape's
     */
    void longs(String input, Shape rowShape, long... values);

    /**
     * Writes a row of UTF-8 strings, dtype bytes.
     *
     * @param rowShape the axes of one row, without the batch axis
     * @param values row-major, as many as the shape has elements
     */
    void strings(String input, Shape rowShape, String... values);

    /**
     * Writes a row of byte strings, dtype bytes.
     *
     * @param rowShape the axes of one row, without the batch axis
     * @param values row-major, as many as the shape has elements
     */
    void bytes(String input, Shape rowShape, byte[]... values);

    /**
     * Writes a row of dtype uint8.
     *
     * @param rowShape the axes of one row, without the batch axis
     * @param values row-major, the bits of unsigned numbers
     */
    default void uint8(String input, Shape rowShape, byte... values) {
        write(input, DataType.UINT8, rowShape, ByteBuffer.wrap(values));
    }

    /** Writes a row of shape {@code [values.length]}, dtype float32. */
    default void floats(String input, float... values) {
        floats(input, Shape.of(values.length), values);
    }

    /** Writes a row of shape {@code [values.length]}, dtype float32, for a model with one input. */
    default void floats(float... values) {
        floats(ONLY_INPUT, values);
    }

    /** Writes a row of shape {@code [values.length]}, dtype float64. */
    default void doubles(String input, double... values) {
        doubles(input, Shape.of(values.length), values);
    }

    /** Writes a row of shape {@code [values.length]}, dtype int32. */
    default void ints(String input, int... values) {
        ints(input, Shape.of(values.length), values);
    }

    /** Writes a row of shape {@code [values.length]}, dtype int64. */
    default void longs(String input, long... values) {
        longs(input, Shape.of(values.length), values);
    }

    /** Writes a row of UTF-8 strings of shape {@code [values.length]}, dtype bytes. */
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

    /** Writes a row of shape {@code [values.length]}, dtype uint8. */
    default void uint8(String input, byte... values) {
        uint8(input, Shape.of(values.length), values);
    }
}
