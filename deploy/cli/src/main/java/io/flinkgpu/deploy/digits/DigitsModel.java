package io.flinkgpu.deploy.digits;

import io.flinkgpu.inference.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * The exported SavedModel of the digits example.
 *
 * <p>Signature {@code serving_default}: input {@code image}, {@code [batch, 32, 32, 1]} float32,
 * luminance in {@code [0, 1]}; outputs {@code probabilities}, {@code [batch, 10]} float32, and
 * {@code label}, {@code [batch]} int64, the most probable digit. The graph holds what serving needs
 * alone. Safe for any thread.
 */
final class DigitsModel implements AutoCloseable {
    private static final int BATCH_SIZE = 100;

    private final SavedModelBundle bundle;

    private DigitsModel(SavedModelBundle bundle) {
        this.bundle = bundle;
    }

    /**
     * Exports a model with the weights of a checkpoint.
     *
     * @param checkpoint the prefix of the checkpoint's files
     * @param directory where the model is written; a model in it is replaced
     */
    static void export(String checkpoint, Path directory) throws IOException {
        try (Graph graph = new Graph();
                Session session = new Session(graph, false)) {
            Signature signature = addServing(Ops.create(graph));
            session.restore(checkpoint);
            SavedModelBundle.exporter(directory.toString())
                    .withSession(session)
                    .withSignature(signature)
                    .export();
        }
    }

    /** Loads a model. */
    static DigitsModel load(Path directory) {
        return new DigitsModel(SavedModelBundle.load(directory.toString()));
    }

    /** Returns the weights by the names of the network's variables. */
    SortedMap<String, Tensor> weights() {
        SortedMap<String, Tensor> weights = new TreeMap<>();
        for (String variable : DigitsNetwork.variables()) {
            try (Result result = bundle.session().runner().fetch(variable).run()) {
                TFloat32 value = (TFloat32) result.get(0);
                float[] values = new float[(int) value.size()];
                value.copyTo(DataBuffers.of(values, false, false));
                weights.put(
                        variable,
                        Tensor.ofFloats(
                                io.flinkgpu.inference.tensor.Shape.of(value.shape().asArray()),
                                values));
            }
        }
        return weights;
    }

    /** Returns the signature {@code serving_default}. */
    Signature signature() {
        return bundle.function(Signature.DEFAULT_KEY).signature();
    }

    /** Returns the share of images that are classified right, 0 to 1. */
    double accuracy(DigitSamples samples) {
        int right = 0;
        for (int from = 0; from < samples.size(); from += BATCH_SIZE) {
            int to = Math.min(from + BATCH_SIZE, samples.size());
            right += countRight(samples, from, to);
        }
        return right / (double) samples.size();
    }

    @Override
    public void close() {
        bundle.close();
    }

    private int countRight(DigitSamples samples, int from, int to) {
        FloatDataBuffer pixels = DataBuffers.ofFloats((long) (to - from) * DigitImages.PIXELS);
        for (int i = from; i < to; i++) {
            pixels.offset((long) (i - from) * DigitImages.PIXELS).write(samples.image(i));
        }
        Shape shape = Shape.of(to - from, DigitImages.SIDE, DigitImages.SIDE, 1);
        try (TFloat32 image = TFloat32.tensorOf(shape, pixels);
                Result result =
                        bundle.function(Signature.DEFAULT_KEY).call(Map.of("image", image))) {
            TInt64 labels = (TInt64) result.get("label").orElseThrow();
            int right = 0;
            for (int i = from; i < to; i++) {
                right += labels.getLong(i - from) == samples.label(i) ? 1 : 0;
            }
            return right;
        }
    }

    private static Signature addServing(Ops tf) {
        Placeholder<TFloat32> image =
                tf.withName("image")
                        .placeholder(
                                TFloat32.class,
                                Placeholder.shape(
                                        Shape.of(-1, DigitImages.SIDE, DigitImages.SIDE, 1)));
        DigitsNetwork network =
                new DigitsNetwork(
                        tf, (name, shape) -> tf.withName(name).variable(shape, TFloat32.class));
        Operand<TFloat32> probabilities =
                tf.withName("probabilities").nn.softmax(network.logits(image));
        Operand<TInt64> label = tf.withName("label").math.argMax(probabilities, tf.constant(1));
        return Signature.builder()
                .methodName("tensorflow/serving/predict")
                .input("image", image)
                .output("probabilities", probabilities)
                .output("label", label)
                .build();
    }
}
