package io.flinkgpu.deploy.demo;

import java.io.IOException;
import java.nio.file.Path;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** Exports models that agree with the demo in all but one point. */
final class TinyModel {

    private TinyModel() {}

    /** A classifier of one class that takes float64 pixels, {@code [batch, 32, 32, 1]}. */
    static Path ofDoubles(Path directory) throws IOException {
        try (Graph graph = new Graph()) {
            Signature signature = ofDoubles(Ops.create(graph));
            try (Session session = new Session(graph)) {
                session.initialize();
                SavedModelBundle.exporter(directory.toString())
                        .withSession(session)
                        .withSignature(signature)
                        .export();
            }
        }
        return directory;
    }

    private static Signature ofDoubles(Ops tf) {
        Placeholder<TFloat64> image =
                tf.placeholder(TFloat64.class, Placeholder.shape(Shape.of(-1, 32, 32, 1)));
        // The exporter takes graphs with variables only.
        Variable<TFloat64> weight = tf.withInitScope().variable(tf.withInitScope().constant(1.0));
        Operand<TFloat64> sum = tf.reduceSum(image, tf.array(1, 2), ReduceSum.keepDims(false));
        return Signature.builder()
                .key(Signature.DEFAULT_KEY)
                .input("image", image)
                .output("probabilities", tf.dtypes.cast(tf.math.mul(sum, weight), TFloat32.class))
                .build();
    }
}
