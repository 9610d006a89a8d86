package io.flinkgpu.benchmarks.model;

import java.nio.file.Path;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * Exports fully connected networks with seeded random weights.
 *
 * <p>Signature {@code serving_default}: input {@code features}, {@code [batch, first width]}
 * float32; output {@code scores}, {@code [batch, last width]} float32, a softmax. ReLU between the
 * layers, He-normal kernels (He et al., 2015), no biases: the matrices are what takes time and
 * memory. Equal seeds give equal weights.
 */
final class DenseModel {

    static final String INPUT = "features";
    static final String OUTPUT = "scores";

    private final Ops tf;
    private final Ops init;
    private final long seed;

    private DenseModel(Graph graph, long seed) {
        this.tf = Ops.create(graph);
        this.init = tf.withInitScope();
        this.seed = seed;
    }

    /** Writes a SavedModel into a directory that does not exist yet. */
    static void export(Path directory, long seed, int... widths) {
        ModelExport.write(
                directory, graph -> new DenseModel(graph, seed).build(INPUT, OUTPUT, widths));
    }

    /** The same network with other names, exported with one thread for an operation. */
    static void exportOnOneThread(
            Path directory, long seed, String input, String output, int... widths) {
        ModelExport.writeOnOneThread(
                directory, graph -> new DenseModel(graph, seed).build(input, output, widths));
    }

    private Signature build(String input, String output, int... widths) {
        Placeholder<TFloat32> features =
                tf.withName(input)
                        .placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, widths[0])));
        Operand<TFloat32> layer = features;
        for (int i = 1; i < widths.length; i++) {
            layer = tf.linalg.matMul(layer, kernel(i, widths[i - 1], widths[i]));
            if (i < widths.length - 1) {
                layer = tf.nn.relu(layer);
            }
        }
        return Signature.builder()
                .methodName("tensorflow/serving/predict")
                .input(input, features)
                .output(output, tf.withName(output).nn.softmax(layer))
                .build();
    }

    private Variable<TFloat32> kernel(int layer, int from, int to) {
        Variable<TFloat32> kernel =
                init.withName("kernel" + layer).variable(Shape.of(from, to), TFloat32.class);
        Operand<TFloat32> normal =
                init.random.statelessRandomNormal(
                        init.constant(new int[] {from, to}),
                        init.constant(new long[] {seed, layer}));
        float deviation = (float) Math.sqrt(2.0 / from);
        init.assign(kernel, init.math.mul(normal, init.constant(deviation)));
        return kernel;
    }
}
