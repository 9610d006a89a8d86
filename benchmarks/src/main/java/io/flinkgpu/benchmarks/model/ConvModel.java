package io.flinkgpu.benchmarks.model;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/**
 * Exports a convolutional network for colour images, with seeded random weights.
 *
 * <p>Signature {@code serving_default}: input {@code image}, {@code [batch, 224, 224, 3]} uint8;
 * output {@code scores}, {@code [batch, 10]} float32, a softmax. Three convolutions of 3 x 3 with
 * stride 2 and 16, 32 and 32 channels, the mean over the image, and one dense layer: about 54
 * million operations a row.
 */
@Internal
public final class ConvModel {

    /** Height and width of an image. */
    public static final int SIDE = 224;

    /** Height and width of an image of floats, which has as many bytes. */
    public static final int FLOAT_SIDE = 112;

    /** Colours of an image. */
    public static final int CHANNELS = 3;

    /** Name of the input. */
    public static final String INPUT = "image";

    private static final int[] WIDTHS = {CHANNELS, 16, 32, 32};
    private static final int CLASSES = 10;
    private static final int KERNEL = 3;
    private static final long SEED = 1;

    private final Ops tf;
    private final Ops init;

    private ConvModel(Graph graph) {
        this.tf = Ops.create(graph);
        this.init = tf.withInitScope();
    }

    /** Writes a SavedModel into a directory that does not exist yet. */
    public static void export(Path directory) {
        ModelExport.write(directory, graph -> new ConvModel(graph).ofBytes());
    }

    /**
     * The same network with other names for images of {@link #FLOAT_SIDE}, {@code [batch, 112, 112,
     * 3]} float32 in {@code [0, 1]}: as many bytes, a quarter of the operations. Exported with one
     * thread for an operation.
     */
    public static void exportOfFloatsOnOneThread(Path directory, String input, String output) {
        ModelExport.writeOnOneThread(
                directory, graph -> new ConvModel(graph).ofFloats(input, output));
    }

    private Signature ofBytes() {
        Placeholder<TUint8> image = images(INPUT, TUint8.class, SIDE);
        return signature(
                INPUT,
                image,
                tf.math.div(tf.dtypes.cast(image, TFloat32.class), tf.constant(255f)),
                "scores");
    }

    private Signature ofFloats(String input, String output) {
        Placeholder<TFloat32> image = images(input, TFloat32.class, FLOAT_SIDE);
        return signature(input, image, image, output);
    }

    private <T extends TType> Placeholder<T> images(String input, Class<T> type, int side) {
        return tf.withName(input)
                .placeholder(type, Placeholder.shape(Shape.of(-1, side, side, CHANNELS)));
    }

    private Signature signature(
            String input, Operand<?> image, Operand<TFloat32> scaled, String output) {
        Operand<TFloat32> layer = scaled;
        for (int i = 1; i < WIDTHS.length; i++) {
            Variable<TFloat32> kernel =
                    weights(
                            i,
                            KERNEL * KERNEL * WIDTHS[i - 1],
                            KERNEL,
                            KERNEL,
                            WIDTHS[i - 1],
                            WIDTHS[i]);
            layer = tf.nn.relu(tf.nn.conv2d(layer, kernel, List.of(1L, 2L, 2L, 1L), "SAME"));
        }
        Operand<TFloat32> features = tf.math.mean(layer, tf.constant(new int[] {1, 2}));
        int width = WIDTHS[WIDTHS.length - 1];
        Operand<TFloat32> scores =
                tf.linalg.matMul(features, weights(WIDTHS.length, width, width, CLASSES));
        return Signature.builder()
                .methodName("tensorflow/serving/predict")
                .input(input, image)
                .output(output, tf.withName(output).nn.softmax(scores))
                .build();
    }

    private Variable<TFloat32> weights(int layer, int fanIn, int... lengths) {
        long[] shape = Arrays.stream(lengths).asLongStream().toArray();
        Variable<TFloat32> weights =
                init.withName("weights" + layer).variable(Shape.of(shape), TFloat32.class);
        Operand<TFloat32> normal =
                init.random.statelessRandomNormal(
                        init.constant(lengths), init.constant(new long[] {SEED, layer}));
        init.assign(weights, init.math.mul(normal, init.constant((float) Math.sqrt(2.0 / fanIn))));
        return weights;
    }
}
