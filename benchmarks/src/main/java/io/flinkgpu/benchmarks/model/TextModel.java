package io.flinkgpu.benchmarks.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
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
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

/**
 * Exports a network that embeds sentences: each word is hashed to a vector, the mean of a
 * sentence's words goes through one layer.
 *
 * <p>Input {@code words}, {@code [batch, 16]} string; output {@code embedding}, {@code [batch,
 * 256]} float32.
 */
@Internal
public final class TextModel {

    public static final String INPUT = "words";
    public static final String OUTPUT = "embedding";
    public static final int WORDS = 16;

    private static final int BUCKETS = 1 << 14;
    private static final int WIDTH = 256;
    private static final long SEED = 1;

    private TextModel() {}

    /** Writes the SavedModel into a directory that does not exist yet. */
    public static void export(Path directory) {
        try (Graph graph = new Graph();
                Session session = new Session(graph)) {
            Signature signature = build(Ops.create(graph));
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

    private static Signature build(Ops tf) {
        Placeholder<TString> words =
                tf.withName(INPUT)
                        .placeholder(TString.class, Placeholder.shape(Shape.of(-1, WORDS)));
        Operand<TInt64> buckets = tf.strings.toHashBucketFast(words, (long) BUCKETS);
        Operand<TFloat32> vectors = tf.gather(table(tf, "table", BUCKETS), buckets, tf.constant(0));
        Operand<TFloat32> mean = tf.math.mean(vectors, tf.constant(1));
        Operand<TFloat32> layer = tf.linalg.matMul(mean, table(tf, "layer", WIDTH));
        return Signature.builder()
                .methodName("tensorflow/serving/predict")
                .input(INPUT, words)
                .output(OUTPUT, tf.withName(OUTPUT).math.tanh(layer))
                .build();
    }

    private static Variable<TFloat32> table(Ops tf, String name, int rows) {
        Ops init = tf.withInitScope();
        Variable<TFloat32> table =
                init.withName(name).variable(Shape.of(rows, WIDTH), TFloat32.class);
        init.assign(
                table,
                init.random.statelessRandomNormal(
                        init.constant(new int[] {rows, WIDTH}),
                        init.constant(new long[] {SEED, rows})));
        return table;
    }
}
