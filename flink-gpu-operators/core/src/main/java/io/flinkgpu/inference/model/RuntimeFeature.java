package io.flinkgpu.inference.model;

import io.flinkgpu.inference.tensor.DataType;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What a model may ask of its runtime.
 *
 * <p>A runtime supports each of these unless {@link ModelRuntime#unsupported()} says otherwise.
 */
@PublicEvolving
public enum RuntimeFeature {
    BOOL("inputs of bool", DataType.BOOL),
    UINT8("inputs of uint8", DataType.UINT8),
    UINT16("inputs of uint16", DataType.UINT16),
    UINT32("inputs of uint32", DataType.UINT32),
    UINT64("inputs of uint64", DataType.UINT64),
    INT8("inputs of int8", DataType.INT8),
    INT16("inputs of int16", DataType.INT16),
    INT32("inputs of int32", DataType.INT32),
    INT64("inputs of int64", DataType.INT64),
    FLOAT16("inputs of float16", DataType.FLOAT16),
    BFLOAT16("inputs of bfloat16", DataType.BFLOAT16),
    FLOAT32("inputs of float32", DataType.FLOAT32),
    FLOAT64("inputs of float64", DataType.FLOAT64),
    STRINGS("inputs of text", DataType.BYTES),
    BINARY_STRINGS("strings of any bytes"),
    SEVERAL_TENSORS("several inputs and outputs"),
    OPEN_ROWS("rows of open shape"),
    EMPTY_ROWS("rows without elements"),
    UNKNOWN_RANK("inputs of unknown rank"),
    FIXED_BATCH("a fixed batch size"),
    NUMBERED_VERSIONS("numbered versions"),
    COMPUTATION("models that compute"),
    GPU("GPUs"),
    GPU_MEMORY_LIMIT("a share of a GPU's memory");

    private final String description;
    @Nullable private final DataType dataType;

    RuntimeFeature(String description) {
        this(description, null);
    }

    RuntimeFeature(String description, @Nullable DataType dataType) {
        this.description = description;
        this.dataType = dataType;
    }

    /** That a model takes tensors of a type. */
    public static RuntimeFeature of(DataType type) {
        for (RuntimeFeature feature : values()) {
            if (feature.dataType == type) {
                return feature;
            }
        }
        throw new IllegalArgumentException(
                "Invalid element type: " + type + ". It has no feature.");
    }

    /** For people, such as {@code inputs of uint16}. */
    public String description() {
        return description;
    }
}
