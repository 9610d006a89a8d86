package io.flinkgpu.table.function;

import io.flinkgpu.table.type.NumberArrays;
import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.TypeInference;

/**
 * {@code cosine_similarity(first, second)}: the cosine of the angle between two vectors, -1 to 1.
 *
 * <p>NULL for a vector of zeros, which has no direction, and for NULL. Vectors of different lengths
 * fail the job.
 */
@PublicEvolving
public final class CosineSimilarity extends ScalarFunction implements SpecializedFunction {

    private static final long serialVersionUID = 1L;

    private static final String FIRST = "first";
    private static final String SECOND = "second";

    @Nullable private final NumberArrays first;
    @Nullable private final NumberArrays second;

    /** A function of arrays of any numbers. */
    public CosineSimilarity() {
        this(null, null);
    }

    private CosineSimilarity(@Nullable NumberArrays first, @Nullable NumberArrays second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public TypeInference getTypeInference(DataTypeFactory typeFactory) {
        return Arguments.inference(
                List.of(FIRST, SECOND),
                CosineSimilarity::of,
                call -> Optional.of(DataTypes.DOUBLE()));
    }

    @Override
    public UserDefinedFunction specialize(SpecializedContext context) {
        return of(context.getCallContext());
    }

    private static CosineSimilarity of(CallContext call) {
        return new CosineSimilarity(
                Arguments.numbers(call, 0, FIRST), Arguments.numbers(call, 1, SECOND));
    }

    /** The similarity of two vectors. */
    @Nullable
    public Double eval(@Nullable ArrayData one, @Nullable ArrayData other) {
        if (one == null || other == null) {
            return null;
        }
        if (one.size() != other.size()) {
            throw new IllegalArgumentException(
                    "Invalid arguments of cosine_similarity: vectors of %d and %d elements. They must have one length."
                            .formatted(one.size(), other.size()));
        }
        return cosine(first.doubles(one), second.doubles(other));
    }

    @Nullable
    private static Double cosine(double[] a, double[] b) {
        double dot = 0;
        double squaresOfA = 0;
        double squaresOfB = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
            squaresOfA += a[i] * a[i];
            squaresOfB += b[i] * b[i];
        }
        double lengths = Math.sqrt(squaresOfA) * Math.sqrt(squaresOfB);
        return lengths == 0 ? null : Math.max(-1, Math.min(1, dot / lengths));
    }
}
