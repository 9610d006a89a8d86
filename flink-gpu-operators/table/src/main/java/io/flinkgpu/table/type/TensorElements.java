package io.flinkgpu.table.type;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.SmallFloats;
import io.flinkgpu.inference.tensor.TensorRow;
import io.flinkgpu.inference.tensor.TensorRowWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Arrays of elements as the values of tensors of any type, and back. */
final class TensorElements {

    private static final int UINT8_MASK = 0xff;
    private static final int UINT16_MASK = 0xffff;
    private static final long UINT32_MASK = 0xffff_ffffL;

    private TensorElements() {}

    /**
     * Writes elements as one row.
     *
     * @param elements of a type that {@link ElementPairs} has for the tensor's
     * @throws IllegalArgumentException if an unsigned tensor cannot hold a number
     */
    static void write(
            String input, DataType type, Shape shape, Object elements, TensorRowWriter writer) {
        switch (type) {
            case FLOAT32 -> writer.floats(input, shape, Widening.floats(elements));
            case FLOAT64 -> writer.doubles(input, shape, Widening.doubles(elements));
            case INT32 -> writer.ints(input, shape, Widening.ints(elements));
            case INT64 -> writer.longs(input, shape, Widening.longs(elements));
            case BYTES -> writer.bytes(input, shape, (byte[][]) elements);
            case BOOL -> writer.write(input, type, shape, booleans((boolean[]) elements));
            case INT8 -> writer.write(input, type, shape, ByteBuffer.wrap((byte[]) elements));
            case INT16 -> writer.write(input, type, shape, shorts(Widening.shorts(elements)));
            case UINT8 -> writer.write(input, type, shape, uint8s(elements));
            case UINT16 -> writer.write(input, type, shape, uint16s((int[]) elements));
            case UINT32 -> writer.write(input, type, shape, uint32s((long[]) elements));
            case UINT64 -> writer.write(input, type, shape, uint64s((long[]) elements));
            case FLOAT16, BFLOAT16 ->
                    writer.write(
                            input,
                            type,
                            shape,
                            smallFloats(SmallFloats.of(type), (float[]) elements));
        }
    }

    /**
     * The elements of an output.
     *
     * @param element of which {@link ElementPairs} says that it can hold the tensor's
     * @throws IllegalArgumentException if BIGINT cannot hold a number of type uint64
     */
    static Object read(String output, DataType type, ElementType element, TensorRow answer) {
        Object elements =
                switch (type) {
                    case FLOAT32 -> answer.floats(output);
                    case FLOAT64 -> answer.doubles(output);
                    case INT32 -> answer.ints(output);
                    case INT64 -> answer.longs(output);
                    case BYTES -> answer.bytes(output);
                    case BOOL -> answer.booleans(output);
                    case INT8 -> bytes(answer.data(output));
                    case INT16 -> shorts(answer.data(output));
                    case UINT8 ->
                            element == ElementType.BYTES
                                    ? answer.uint8s(output)
                                    : fromUint8s(answer.uint8s(output));
                    case UINT16 -> fromUint16s(answer.data(output));
                    case UINT32 -> fromUint32s(answer.data(output));
                    case UINT64 -> fromUint64s(output, answer.data(output));
                    case FLOAT16, BFLOAT16 ->
                            fromSmallFloats(SmallFloats.of(type), answer.data(output));
                };
        return Widening.to(element, elements);
    }

    private static ByteBuffer booleans(boolean[] elements) {
        ByteBuffer data = ByteBuffer.allocate(elements.length);
        for (boolean element : elements) {
            data.put((byte) (element ? 1 : 0));
        }
        return data.flip();
    }

    private static ByteBuffer shorts(short[] elements) {
        ByteBuffer data = allocate(elements.length * Short.BYTES);
        data.asShortBuffer().put(elements);
        return data;
    }

    private static ByteBuffer uint8s(Object elements) {
        if (elements instanceof byte[] bits) {
            return ByteBuffer.wrap(bits);
        }
        short[] numbers = (short[]) elements;
        ByteBuffer data = ByteBuffer.allocate(numbers.length);
        for (short number : numbers) {
            requireWithin(UINT8_MASK, number);
            data.put((byte) number);
        }
        return data.flip();
    }

    private static ByteBuffer uint16s(int[] elements) {
        ByteBuffer data = allocate(elements.length * Short.BYTES);
        for (int number : elements) {
            requireWithin(UINT16_MASK, number);
            data.putShort((short) number);
        }
        return data.flip();
    }

    private static ByteBuffer uint32s(long[] elements) {
        ByteBuffer data = allocate(elements.length * Integer.BYTES);
        for (long number : elements) {
            requireWithin(UINT32_MASK, number);
            data.putInt((int) number);
        }
        return data.flip();
    }

    private static ByteBuffer uint64s(long[] elements) {
        ByteBuffer data = allocate(elements.length * Long.BYTES);
        for (long number : elements) {
            requireWithin(Long.MAX_VALUE, number);
            data.putLong(number);
        }
        return data.flip();
    }

    private static ByteBuffer smallFloats(SmallFloats format, float[] elements) {
        ByteBuffer data = allocate(elements.length * Short.BYTES);
        for (float element : elements) {
            data.putShort(format.encode(element));
        }
        return data.flip();
    }

    private static byte[] bytes(ByteBuffer data) {
        byte[] elements = new byte[data.remaining()];
        data.get(elements);
        return elements;
    }

    private static short[] shorts(ByteBuffer data) {
        short[] elements = new short[data.remaining() / Short.BYTES];
        data.asShortBuffer().get(elements);
        return elements;
    }

    private static short[] fromUint8s(byte[] bits) {
        short[] elements = new short[bits.length];
        for (int i = 0; i < bits.length; i++) {
            elements[i] = (short) (bits[i] & UINT8_MASK);
        }
        return elements;
    }

    private static int[] fromUint16s(ByteBuffer data) {
        int[] elements = new int[data.remaining() / Short.BYTES];
        Arrays.setAll(elements, i -> data.getShort(i * Short.BYTES) & UINT16_MASK);
        return elements;
    }

    private static long[] fromUint32s(ByteBuffer data) {
        long[] elements = new long[data.remaining() / Integer.BYTES];
        Arrays.setAll(elements, i -> data.getInt(i * Integer.BYTES) & UINT32_MASK);
        return elements;
    }

    private static long[] fromUint64s(String output, ByteBuffer data) {
        long[] elements = new long[data.remaining() / Long.BYTES];
        data.asLongBuffer().get(elements);
        for (long element : elements) {
            if (element < 0) {
                throw new IllegalArgumentException(
                        "Invalid element of output '%s': %s. BIGINT holds at most %d."
                                .formatted(output, Long.toUnsignedString(element), Long.MAX_VALUE));
            }
        }
        return elements;
    }

    private static float[] fromSmallFloats(SmallFloats format, ByteBuffer data) {
        float[] elements = new float[data.remaining() / Short.BYTES];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = format.decode(data.getShort(i * Short.BYTES));
        }
        return elements;
    }

    private static void requireWithin(long most, long number) {
        if (number < 0 || number > most) {
            throw new IllegalArgumentException(
                    "its number %d is not within 0 to %d".formatted(number, most));
        }
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
