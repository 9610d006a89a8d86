package io.flinkgpu.inference.tensor;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The element type of a tensor.
 *
 * <p>The set and the {@link #protocolName()}s are those of the Open Inference Protocol v2.
 */
@PublicEvolving
public enum DataType {
    BOOL(0, "bool", "BOOL", 1),
    UINT8(1, "uint8", "UINT8", 1),
    UINT16(2, "uint16", "UINT16", 2),
    UINT32(3, "uint32", "UINT32", 4),
    UINT64(4, "uint64", "UINT64", 8),
    INT8(5, "int8", "INT8", 1),
    INT16(6, "int16", "INT16", 2),
    INT32(7, "int32", "INT32", 4),
    INT64(8, "int64", "INT64", 8),
    FLOAT16(9, "float16", "FP16", 2),
    BFLOAT16(10, "bfloat16", "BF16", 2),
    FLOAT32(11, "float32", "FP32", 4),
    FLOAT64(12, "float64", "FP64", 8),
    /** Byte strings of any length; each element is a 4-byte little-endian length and its bytes. */
    BYTES(13, "bytes", "BYTES", -1);

    private static final Map<String, DataType> BY_PROTOCOL_NAME =
            Arrays.stream(values())
                    .collect(Collectors.toMap(DataType::protocolName, Function.identity()));

    private final int code;
    private final String displayName;
    private final String protocolName;
    private final int byteSize;

    DataType(int code, String displayName, String protocolName, int byteSize) {
        this.code = code;
        this.displayName = displayName;
        this.protocolName = protocolName;
        this.byteSize = byteSize;
    }

    /** The type that a name on the wire stands for; empty if the protocol has no such type. */
    public static Optional<DataType> ofProtocolName(String protocolName) {
        return Optional.ofNullable(BY_PROTOCOL_NAME.get(protocolName));
    }

    /** The type that serialised tensors give this code. */
    static DataType ofCode(int code) {
        for (DataType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new IllegalArgumentException(
                "Invalid element type code: "
                        + code
                        + ". The data was written by a newer version.");
    }

    /** What stands for this type in serialised tensors; never changes. */
    int code() {
        return code;
    }

    /** Name on the wire of the Open Inference Protocol, such as {@code FP32}. */
    public String protocolName() {
        return protocolName;
    }

    /**
     * Bytes of one element.
     *
     * @throws IllegalStateException for {@link #BYTES}, whose elements differ in length
     */
    public int byteSize() {
        if (!isFixedSize()) {
            throw new IllegalStateException(
                    "Cannot size one element of type bytes: elements differ in length.");
        }
        return byteSize;
    }

    /** Whether all elements have the same number of bytes. */
    public boolean isFixedSize() {
        return byteSize > 0;
    }

    @Override
    public String toString() {
        return displayName;
    }
}
