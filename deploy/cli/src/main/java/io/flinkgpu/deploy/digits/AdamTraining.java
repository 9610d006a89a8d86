package io.flinkgpu.deploy.digits;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/**
 * The training graph of a {@link DigitsNetwork} with its session: softmax cross entropy, minimised
 * by Adam (Kingma and Ba, 2015).
 *
 * <p>Initial weights are He-normal (He et al., 2015) from a seeded generator, biases zero. One
 * thread at a time.
 */
final class AdamTraining implements AutoCloseable {
    /** A fixed number of threads, for it decides the order of sums: equal seeds, equal weights. */
    private static final ConfigProto DETERMINISTIC =
            ConfigProto.newBuilder()
                    .setIntraOpParallelismThreads(2)
                    .setInterOpParallelismThreads(1)
                    .build();

    private static final float BETA_1 = 0.9f;
    private static final float BETA_2 = 0.999f;
    private static final float EPSILON = 1e-7f;

    private final Graph graph = new Graph();
    private final Ops tf = Ops.create(graph);
    private final Ops init = tf.withInitScope();
    private final Random random;
    private final Map<String, Variable<TFloat32>> variables = new LinkedHashMap<>();
    private final Placeholder<TFloat32> images;
    private final Placeholder<TFloat32> labels;
    private final Placeholder<TFloat32> learningRate;
    private final Placeholder<TFloat32> beta1Power;
    private final Placeholder<TFloat32> beta2Power;
    private final Operand<TFloat32> loss;
    private final Op update;
    private final Session session;
    private int steps;

    AdamTraining(long seed) {
        random = new Random(seed);
        images = placeholder(Shape.of(-1, DigitImages.SIDE, DigitImages.SIDE, 1));
        labels = placeholder(Shape.of(-1, DigitsDataSet.LABELS));
        learningRate = placeholder(Shape.scalar());
        beta1Power = placeholder(Shape.scalar());
        beta2Power = placeholder(Shape.scalar());
        Operand<TFloat32> logits = new DigitsNetwork(tf, this::trainable).logits(images);
        loss =
                tf.math.mean(
                        tf.nn.softmaxCrossEntropyWithLogits(logits, labels).loss(), tf.constant(0));
        update = tf.withControlDependencies(updates()).noOp();
        session = new Session(graph, DETERMINISTIC);
    }

    /**
     * Makes one step.
     *
     * @param pixels {@code [batch, 32, 32, 1]}, row-major, luminance in {@code [0, 1]}
     * @param oneHot {@code [batch, 10]}, row-major, 1 at the label
     * @param rate the step size
     * @return the batch's mean cross entropy before the step
     */
    float step(float[] pixels, float[] oneHot, double rate) {
        long batch = oneHot.length / DigitsDataSet.LABELS;
        steps++;
        try (TFloat32 image =
                        tensor(pixels, Shape.of(batch, DigitImages.SIDE, DigitImages.SIDE, 1));
                TFloat32 label = tensor(oneHot, Shape.of(batch, DigitsDataSet.LABELS));
                TFloat32 rateNow = TFloat32.scalarOf((float) rate);
                TFloat32 power1 = TFloat32.scalarOf((float) Math.pow(BETA_1, steps));
                TFloat32 power2 = TFloat32.scalarOf((float) Math.pow(BETA_2, steps));
                Result result =
                        session.runner()
                                .feed(images, image)
                                .feed(labels, label)
                                .feed(learningRate, rateNow)
                                .feed(beta1Power, power1)
                                .feed(beta2Power, power2)
                                .addTarget(update)
                                .fetch(loss)
                                .run()) {
            return ((TFloat32) result.get(0)).getFloat();
        }
    }

    /** Writes every variable to a checkpoint. */
    void save(String prefix) {
        session.save(prefix);
    }

    @Override
    public void close() {
        session.close();
        graph.close();
    }

    private Placeholder<TFloat32> placeholder(Shape shape) {
        return tf.placeholder(TFloat32.class, Placeholder.shape(shape));
    }

    private Operand<TFloat32> trainable(String name, Shape shape) {
        Variable<TFloat32> variable = initialised(name, shape, initialWeights(shape));
        variables.put(name, variable);
        return variable;
    }

    private float[] initialWeights(Shape shape) {
        float[] weights = new float[(int) shape.size()];
        if (shape.numDimensions() > 1) {
            long inputs = shape.size() / shape.get(shape.numDimensions() - 1);
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (float) (random.nextGaussian() * Math.sqrt(2.0 / inputs));
            }
        }
        return weights;
    }

    private Variable<TFloat32> initialised(String name, Shape shape, float[] values) {
        Variable<TFloat32> variable = init.withName(name).variable(shape, TFloat32.class);
        init.assign(variable, init.constant(shape, DataBuffers.of(values, true, false)));
        return variable;
    }

    private List<Op> updates() {
        Gradients gradients = tf.gradients(loss, List.copyOf(variables.values()));
        List<Operand<TFloat32>> dys = new ArrayList<>();
        for (int i = 0; i < variables.size(); i++) {
            dys.add(gradients.dy(i));
        }
        // INVARIANT: no variable changes before every gradient is known; variables are updated in
        // place, and the gradients of the layers below read them.
        Ops gated = tf.withControlDependencies(List.copyOf(dys));
        List<Op> updates = new ArrayList<>();
        for (Map.Entry<String, Variable<TFloat32>> entry : variables.entrySet()) {
            Operand<TFloat32> gradient = dys.get(updates.size());
            updates.add(update(gated, entry.getKey(), entry.getValue(), gradient));
        }
        return updates;
    }

    private Op update(
            Ops gated, String name, Variable<TFloat32> variable, Operand<TFloat32> gradient) {
        float[] zeros = new float[(int) variable.shape().size()];
        return gated.train.applyAdam(
                variable,
                initialised(name + "_m", variable.shape(), zeros),
                initialised(name + "_v", variable.shape(), zeros),
                beta1Power,
                beta2Power,
                learningRate,
                tf.constant(BETA_1),
                tf.constant(BETA_2),
                tf.constant(EPSILON),
                gradient);
    }

    private static TFloat32 tensor(float[] values, Shape shape) {
        return TFloat32.tensorOf(shape, DataBuffers.of(values, true, false));
    }
}
