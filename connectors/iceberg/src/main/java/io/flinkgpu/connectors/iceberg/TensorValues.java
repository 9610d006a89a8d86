package io.flinkgpu.connectors.iceberg;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Tensors as lists, row-major. */
final class TensorValues {

    private static final Map<DataType, Type> ELEMENTS =
            Map.of(
                    DataType.FLOAT32, Types.FloatType.get(),
                    DataType.FLOAT64, Types.DoubleType.get(),
                    DataType.INT32, Types.IntegerType.get(),
                    DataType.INT64, Types.LongType.get(),
                    DataType.BYTES, Types.StringType.get());

    private static final Map<DataType, Function<Tensor, Object>> READERS =
            Map.of(
                    DataType.FLOAT32, Tensor::toFloats,
                    DataType.FLOAT64, Tensor::toDoubles,
                    DataType.INT32, Tensor::toInts,
                    DataType.INT64, Tensor::toLongs,
                    DataType.BYTES, Tensor::toStrings);

    private TensorValues() {}

    /** What a column has for an element; empty if no column can hold it. */
    static Optional<Type> elementType(DataType dataType) {
        return Optional.ofNullable(ELEMENTS.get(dataType));
    }

    static List<DataType> supported() {
        return ELEMENTS.keySet().stream().sorted().toList();
    }

    /**
     * The elements as an array.
     *
     * @throws IllegalArgumentException if no column can hold them
     */
    static Object array(Tensor tensor) {
        Function<Tensor, Object> reader = READERS.get(tensor.dataType());
        if (reader == null) {
            throw new IllegalArgumentException(
                    "Cannot write tensor %s: its elements must be one of %s."
                            .formatted(tensor, supported()));
        }
        return reader.apply(tensor);
    }
}
