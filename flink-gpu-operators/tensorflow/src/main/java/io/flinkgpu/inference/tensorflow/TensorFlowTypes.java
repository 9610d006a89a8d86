package io.flinkgpu.inference.tensorflow;

import io.flinkgpu.inference.tensor.DataType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint16;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/** Which of our element types stands for which of TensorFlow's. */
final class TensorFlowTypes {

    private static final Map<DataType, Class<? extends TType>> FIXED_SIZE =
            new EnumMap<>(DataType.class);

    static {
        FIXED_SIZE.put(DataType.BOOL, TBool.class);
        FIXED_SIZE.put(DataType.UINT8, TUint8.class);
        FIXED_SIZE.put(DataType.UINT16, TUint16.class);
        FIXED_SIZE.put(DataType.INT32, TInt32.class);
        FIXED_SIZE.put(DataType.INT64, TInt64.class);
        FIXED_SIZE.put(DataType.FLOAT16, TFloat16.class);
        FIXED_SIZE.put(DataType.BFLOAT16, TBfloat16.class);
        FIXED_SIZE.put(DataType.FLOAT32, TFloat32.class);
        FIXED_SIZE.put(DataType.FLOAT64, TFloat64.class);
    }

    private TensorFlowTypes() {}

    /** Our type for one in a SavedModel; empty for those that TensorFlow Java cannot hold. */
    static Optional<DataType> fromProto(org.tensorflow.proto.DataType proto) {
        return Optional.ofNullable(
                switch (proto) {
                    case DT_BOOL -> DataType.BOOL;
                    case DT_UINT8 -> DataType.UINT8;
                    case DT_UINT16 -> DataType.UINT16;
                    case DT_INT32 -> DataType.INT32;
                    case DT_INT64 -> DataType.INT64;
                    case DT_HALF -> DataType.FLOAT16;
                    case DT_BFLOAT16 -> DataType.BFLOAT16;
                    case DT_FLOAT -> DataType.FLOAT32;
                    case DT_DOUBLE -> DataType.FLOAT64;
                    case DT_STRING -> DataType.BYTES;
                    default -> null;
                });
    }

    /** Whether TensorFlow Java can hold a type of ours. */
    static boolean holds(DataType dataType) {
        return dataType == DataType.BYTES || FIXED_SIZE.containsKey(dataType);
    }

    /** TensorFlow's class for a type of fixed size. */
    static Class<? extends TType> fixedSizeClass(DataType dataType) {
        Class<? extends TType> type = FIXED_SIZE.get(dataType);
        if (type == null) {
            throw new IllegalArgumentException(
                    "Invalid element type: " + dataType + ". TensorFlow Java takes " + FIXED_SIZE);
        }
        return type;
    }
}
