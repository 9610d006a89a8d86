package io.flinkgpu.inference.pool.protocol;

import java.nio.ByteBuffer;

/** Whole numbers of messages as elements of tensors, which may be narrower. */
final class Elements {

    private Elements() {}

    /**
     * Puts a number as the tensor's signed type.
     *
     * @throws MalformedMessageException if it is out of the type's range
     */
    static void putSigned(ByteBuffer target, TensorHead head, long value)
            throws MalformedMessageException {
        int unusedBits = Long.SIZE - Byte.SIZE * head.dataType().byteSize();
        if (value << unusedBits >> unusedBits != value) {
            throw outOfRange(head, Long.toString(value));
        }
        put(target, head, value);
    }

    /**
     * Puts a number, taken as unsigned, as the tensor's unsigned type.
     *
     * @throws MalformedMessageException if it is out of the type's range
     */
    static void putUnsigned(ByteBuffer target, TensorHead head, long value)
            throws MalformedMessageException {
        int unusedBits = Long.SIZE - Byte.SIZE * head.dataType().byteSize();
        if (value << unusedBits >>> unusedBits != value) {
            throw outOfRange(head, Long.toUnsignedString(value));
        }
        put(target, head, value);
    }

    static MalformedMessageException outOfRange(TensorHead head, String value) {
        return head.invalid(
                "element %s is out of the range of %s"
                        .formatted(value, head.dataType().protocolName()));
    }

    private static void put(ByteBuffer target, TensorHead head, long value) {
        switch (head.dataType().byteSize()) {
            case Byte.BYTES -> target.put((byte) value);
            case Short.BYTES -> target.putShort((short) value);
            case Integer.BYTES -> target.putInt((int) value);
            default -> target.putLong(value);
        }
    }
}
