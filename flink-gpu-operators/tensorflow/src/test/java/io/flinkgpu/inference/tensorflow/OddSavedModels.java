package io.flinkgpu.inference.tensorflow;

import static io.flinkgpu.inference.tensorflow.TestingSavedModels.export;
import static io.flinkgpu.inference.tensorflow.TestingSavedModels.floats;
import static io.flinkgpu.inference.tensorflow.TestingSavedModels.signature;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** SavedModels whose batch axis is not what it is in most, as they are found in the wild. */
final class OddSavedModels {

    private OddSavedModels() {}

    /** {@code y = 2 x}; x and y are {@code [rows, 3]}, and no other number of rows runs. */
    static Path fixedBatch(Path directory, int rows) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TFloat32> x = floats(tf, "x", Shape.of(rows, 3));
                    return signature().input("x", x).output("y", twice(tf, x));
                });
    }

    /** The sum of all rows as {@code [1, 3]}, declared so: x is {@code [batch, 3]}. */
    static Path outputOfOneRow(Path directory) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TFloat32> x = floats(tf, "x", Shape.of(-1, 3));
                    return signature().input("x", x).output("total", sumOfRows(tf, x));
                });
    }

    /**
     * {@code y = 2 x} by way of {@code [1, 3]}, which fails for other numbers of rows than the one
     * that the export was made with; the signature leaves the batch open on both sides.
     */
    static Path reshapesToOneRow(Path directory) throws IOException {
        export(
                directory,
                tf -> {
                    Placeholder<TFloat32> x = floats(tf, "x", Shape.of(-1, 3));
                    return signature()
                            .input("x", x)
                            .output("y", tf.reshape(twice(tf, x), tf.constant(new int[] {1, 3})));
                });
        return declareOutput(directory, "y", -1, 3);
    }

    /** {@code y = 2 x} beside the sum of all rows, which is {@code [1, 3]} and declared open. */
    static Path undeclaredOutputOfOneRow(Path directory) throws IOException {
        export(
                directory,
                tf -> {
                    Placeholder<TFloat32> x = floats(tf, "x", Shape.of(-1, 3));
                    return signature()
                            .input("x", x)
                            .output("y", twice(tf, x))
                            .output("total", sumOfRows(tf, x));
                });
        return declareOutput(directory, "total", -1, 3);
    }

    /** {@code y = 2 x} beside a vector of four labels that has no batch axis. */
    static Path constantOutput(Path directory, long declaredLength) throws IOException {
        export(
                directory,
                tf -> {
                    Placeholder<TFloat32> x = floats(tf, "x", Shape.of(-1, 3));
                    return signature()
                            .input("x", x)
                            .output("y", twice(tf, x))
                            .output("labels", tf.identity(tf.constant(new float[] {1, 2, 3, 4})));
                });
        return declareOutput(directory, "labels", declaredLength);
    }

    /** The values of all rows that are above zero, {@code [found, 2]} over the batch. */
    static Path detectionsOverTheBatch(Path directory) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TFloat32> x = floats(tf, "x", Shape.of(-1, 3));
                    return signature().input("x", x).output("found", positives(tf, x));
                });
    }

    /**
     * The values of one row that are above zero with their place: x is {@code [1, 3]}, found {@code
     * [1, any, 2]}.
     */
    static Path detectionsOfOneRow(Path directory) throws IOException {
        return export(
                directory,
                tf -> {
                    Placeholder<TFloat32> x = floats(tf, "x", Shape.of(1, 3));
                    Operand<TFloat32> found = tf.expandDims(positives(tf, x), tf.constant(0));
                    return signature().input("x", x).output("found", found);
                });
    }

    private static Operand<TFloat32> twice(Ops tf, Operand<TFloat32> x) {
        return tf.math.add(x, x);
    }

    private static Operand<TFloat32> sumOfRows(Ops tf, Operand<TFloat32> x) {
        return tf.reduceSum(x, tf.constant(0), ReduceSum.keepDims(true));
    }

    /** Place in the row and value, {@code [found, 2]}. */
    private static Operand<TFloat32> positives(Ops tf, Operand<TFloat32> x) {
        Operand<TBool> isPositive = tf.math.greater(x, tf.constant(0f));
        Operand<TInt64> places = tf.where(isPositive);
        Operand<TFloat32> values = tf.expandDims(tf.gatherNd(x, places), tf.constant(1));
        Operand<TFloat32> columns =
                tf.dtypes.cast(
                        tf.slice(
                                places,
                                tf.constant(new int[] {0, 1}),
                                tf.constant(new int[] {-1, 1})),
                        TFloat32.class);
        return tf.concat(List.of(columns, values), tf.constant(1));
    }

    private static Path declareOutput(Path directory, String output, long... shape)
            throws IOException {
        return TestingSavedModels.editSignature(
                directory,
                signature ->
                        signature.putOutputs(
                                output,
                                TestingSavedModels.shaped(
                                        signature.getOutputsOrThrow(output), shape)));
    }
}
