package io.flinkgpu.benchmarks.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

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
        try (Graph graph = new Graph();
                Session session = new Session(graph)) {
            Signature signature = new ConvModel(graph).build();
            session.initialize();
            SavedModelBundle.exporter(directory.toString())
                    .withSession(session)
                    .withSignature(signature)
                    .export();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot export model to " + directory + ": " + e.getMessage(), e);
        }
    }

    private Signature build() {
        Placeholder<TUint8> image =
                tf.withName(INPUT)
                        .placeholder(
                                TUint8.class,
                                Placeholder.shape(Shape.of(-1, SIDE, SIDE, CHANNELS)));
        Operand<TFloat32> layer =
                tf.math.div(tf.dtypes.cast(image, TFloat32.class), tf.constant(255f));
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
                .input(INPUT, image)
                .output("scores", tf.withName("scores").nn.softmax(scores))
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
