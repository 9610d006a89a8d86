package io.flinkgpu.table.function;

import io.flinkgpu.table.type.NumberArrays;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.utils.TypeConversions;

/**
 * {@code top_k(array, k)}: the k largest numbers of an array and their places, largest first.
 *
 * <p>Gives {@code ARRAY<ROW<index INT, value T>>}; places count from 0, as the classes of a model
 * do. Of equal numbers the first comes first; NaN comes last. An array of fewer elements gives them
 * all. NULL for NULL.
 */
@PublicEvolving
public final class TopK extends ScalarFunction implements SpecializedFunction {

    private static final long serialVersionUID = 1L;

    private static final String ARRAY = "array";
    private static final String K = "k";

    @Nullable private final NumberArrays numbers;

    /** A function of arrays of any numbers. */
    public TopK() {
        this(null);
    }

    private TopK(@Nullable NumberArrays numbers) {
        this.numbers = numbers;
    }

    @Override
    public TypeInference getTypeInference(DataTypeFactory typeFactory) {
        return Arguments.inference(List.of(ARRAY, K), TopK::check, call -> Optional.of(type(call)));
    }

    private static void check(CallContext call) {
        NumberArrays unused = Arguments.numbers(call, 0, ARRAY);
        Arguments.requireWholeNumber(call, 1, K);
        if (call.isArgumentLiteral(1)) {
            call.getArgumentValue(1, Long.class)
                    .filter(k -> k < 1)
                    .ifPresent(
                            k -> {
                                throw Arguments.invalid(
                                        call, K, Long.toString(k), "It must be at least 1.");
                            });
        }
    }

    private static DataType type(CallContext call) {
        NumberArrays numbers = Arguments.numbers(call, 0, ARRAY);
        return DataTypes.ARRAY(
                DataTypes.ROW(
                        DataTypes.FIELD("index", DataTypes.INT()),
                        DataTypes.FIELD(
                                "value",
                                TypeConversions.fromLogicalToDataType(numbers.elementType()))));
    }

    @Override
    public UserDefinedFunction specialize(SpecializedContext context) {
        return new TopK(Arguments.numbers(context.getCallContext(), 0, ARRAY));
    }

    /** The largest numbers; {@code k} is of any type of whole numbers. */
    @Nullable
    public ArrayData eval(@Nullable ArrayData array, @Nullable Number k) {
        if (array == null || k == null) {
            return null;
        }
        if (k.longValue() < 1) {
            throw new IllegalArgumentException(
                    "Invalid argument 'k' of top_k: %s. It must be at least 1.".formatted(k));
        }
        int[] places = largest(numbers.doubles(array), (int) Math.min(array.size(), k.longValue()));
        Object[] values = numbers.pick(array, places);
        Object[] rows = new Object[places.length];
        Arrays.setAll(rows, i -> GenericRowData.of(places[i], values[i]));
        return new GenericArrayData(rows);
    }

    /** Keeps the largest so far in order; a later one goes in front of those that are smaller. */
    private static int[] largest(double[] values, int k) {
        int[] places = new int[k];
        int found = 0;
        for (int i = 0; i < values.length; i++) {
            int at = found;
            while (at > 0 && isLarger(values[i], values[places[at - 1]])) {
                at--;
            }
            if (at < k) {
                int moved = Math.min(found, k - 1) - at;
                System.arraycopy(places, at, places, at + 1, moved);
                places[at] = i;
                found = Math.min(found + 1, k);
            }
        }
        return places;
    }

    private static boolean isLarger(double one, double other) {
        return one > other || (Double.isNaN(other) && !Double.isNaN(one));
    }
}
