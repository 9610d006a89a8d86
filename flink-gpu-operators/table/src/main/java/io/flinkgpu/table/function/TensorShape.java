package io.flinkgpu.table.function;

import io.flinkgpu.table.type.NumberArrays;
import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.TypeInference;

/**
 * {@code tensor_shape(array)}: the lengths of nested arrays, outermost first.
 *
 * <p>NULL for NULL. Arrays at one depth that differ in length are no tensor and fail the job.
 */
@PublicEvolving
public final class TensorShape extends ScalarFunction implements SpecializedFunction {

    private static final long serialVersionUID = 1L;

    private static final String ARRAY = "array";

    private final int depth;

    /** A function of arrays of any depth. */
    public TensorShape() {
        this(0);
    }

    private TensorShape(int depth) {
        this.depth = depth;
    }

    @Override
    public TypeInference getTypeInference(DataTypeFactory typeFactory) {
        return Arguments.inference(
                List.of(ARRAY),
                TensorShape::of,
                call -> Optional.of(DataTypes.ARRAY(DataTypes.INT())));
    }

    @Override
    public UserDefinedFunction specialize(SpecializedContext context) {
        return of(context.getCallContext());
    }

    private static TensorShape of(CallContext call) {
        int depth = NumberArrays.depth(Arguments.type(call, 0));
        if (depth == 0) {
            throw Arguments.invalid(call, 0, ARRAY, "It must be an ARRAY.");
        }
        return new TensorShape(depth);
    }

    /** The lengths. */
    @Nullable
    public ArrayData eval(@Nullable ArrayData array) {
        if (array == null) {
            return null;
        }
        try {
            return new GenericArrayData(NumberArrays.shape(array, depth));
        } catch (IllegalArgumentException reason) {
            throw new IllegalArgumentException(
                    "Invalid argument 'array' of tensor_shape: %s.".formatted(reason.getMessage()),
                    reason);
        }
    }
}
