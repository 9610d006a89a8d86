package io.flinkgpu.deploy.pool;

import java.io.IOException;
import java.nio.file.Path;
import org.tensorflow.Graph;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * Exports a model that costs memory rather than time: {@code y = 2 x}, both float32 {@code [batch,
 * width]}.
 */
final class WideModel {

    /** Floats of a row. */
    static final int WIDTH = 1024;

    private WideModel() {}

    /** Exports it as a SavedModel into a directory, and returns that. */
    static Path export(Path directory) throws IOException {
        try (Graph graph = new Graph()) {
            Signature signature = signature(Ops.create(graph));
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

    private static Signature signature(Ops tf) {
        Placeholder<TFloat32> x =
                tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, WIDTH)));
        // The exporter takes graphs with variables only.
        Variable<TFloat32> factor = tf.withInitScope().variable(tf.withInitScope().constant(2f));
        return Signature.builder()
                .key(Signature.DEFAULT_KEY)
                .input("x", x)
                .output("y", tf.math.mul(x, factor))
                .build();
    }
}
