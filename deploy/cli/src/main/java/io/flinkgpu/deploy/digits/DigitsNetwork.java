package io.flinkgpu.deploy.digits;

import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/**
 * The convolutional network of the digits example, the same for training and for serving.
 *
 * <p>The image is standardised, so that light and paper matter little; three times 3 x 3
 * convolution, ReLU and 2 x 2 max pooling (16, 32 and 64 channels); a dense layer of 64; ten
 * logits. 89,546 weights, about 5.2 million floating-point operations an image (a multiplication
 * and an addition count as two).
 */
final class DigitsNetwork {
    /** Added to the variance of an image: a blank sheet is not amplified into noise. */
    static final float VARIANCE_FLOOR = 1e-3f;

    private final Ops tf;
    private final Weights weights;

    /**
     * Binds the network to a graph.
     *
     * @param tf where operations are added
     * @param weights where weights come from
     */
    DigitsNetwork(Ops tf, Weights weights) {
        this.tf = tf;
        this.weights = weights;
    }

    /** Creates the variable of a layer's weights. */
    @FunctionalInterface
    interface Weights {
        /**
         * Creates one variable.
         *
         * @param name the name of the variable's operation, unique in the network
         * @param shape kernel {@code [height, width, in, out]} or {@code [in, out]}, bias {@code
         *     [out]}
         */
        Operand<TFloat32> variable(String name, Shape shape);
    }

    /**
     * Adds the network to the graph.
     *
     * @param image {@code [batch, 32, 32, 1]} float32, luminance in {@code [0, 1]}
     * @return logits {@code [batch, 10]} float32
     */
    Operand<TFloat32> logits(Operand<TFloat32> image) {
        Operand<TFloat32> features = standardised(image);
        features = convolution("conv1", features, 1, 16);
        features = convolution("conv2", features, 16, 32);
        features = convolution("conv3", features, 32, 64);
        Operand<TFloat32> flat = tf.reshape(features, tf.constant(new int[] {-1, 4 * 4 * 64}));
        Operand<TFloat32> hidden = tf.nn.relu(dense("dense1", flat, 4 * 4 * 64, 64));
        return dense("dense2", hidden, 64, DigitsDataSet.LABELS);
    }

    /** The names of all variables. */
    static List<String> variables() {
        return Stream.of("conv1", "conv2", "conv3", "dense1", "dense2")
                .flatMap(layer -> Stream.of(layer + "_kernel", layer + "_bias"))
                .toList();
    }

    private Operand<TFloat32> standardised(Operand<TFloat32> image) {
        Operand<TFloat32> centred = tf.math.sub(image, meanOfPixels(image));
        Operand<TFloat32> variance = meanOfPixels(tf.math.square(centred));
        return tf.math.mul(
                centred, tf.math.rsqrt(tf.math.add(variance, tf.constant(VARIANCE_FLOOR))));
    }

    private Operand<TFloat32> meanOfPixels(Operand<TFloat32> image) {
        return tf.math.mean(image, tf.constant(new int[] {1, 2}), Mean.keepDims(true));
    }

    private Operand<TFloat32> convolution(
            String name, Operand<TFloat32> in, int channelsIn, int channelsOut) {
        Operand<TFloat32> kernel =
                weights.variable(name + "_kernel", Shape.of(3, 3, channelsIn, channelsOut));
        Operand<TFloat32> bias = weights.variable(name + "_bias", Shape.of(channelsOut));
        Operand<TFloat32> convolved = tf.nn.conv2d(in, kernel, List.of(1L, 1L, 1L, 1L), "SAME");
        Operand<TFloat32> active = tf.nn.relu(tf.nn.biasAdd(convolved, bias));
        return tf.nn.maxPool(
                active,
                tf.constant(new int[] {1, 2, 2, 1}),
                tf.constant(new int[] {1, 2, 2, 1}),
                "SAME");
    }

    private Operand<TFloat32> dense(String name, Operand<TFloat32> in, int from, int to) {
        Operand<TFloat32> kernel = weights.variable(name + "_kernel", Shape.of(from, to));
        Operand<TFloat32> bias = weights.variable(name + "_bias", Shape.of(to));
        return tf.nn.biasAdd(tf.linalg.matMul(in, kernel), bias);
    }
}
