package io.flinkgpu.inference.tensorflow;

import io.flinkgpu.inference.model.ModelLoadException;
import org.apache.flink.util.FlinkUserCodeClassLoader;
import org.apache.flink.util.MutableURLClassLoader;

/**
 * Keeps TensorFlow's native library out of class loaders that come and go.
 *
 * <p>When a second class loader loads the natives under another file name, which is what two
 * submissions of one job jar amount to, the JVM aborts. So TensorFlow is refused, before any native
 * code is touched, where a job's own class loader would define it.
 */
final class TensorFlowLibrary {

    private static final String PROBE = "org.tensorflow.TensorFlow";

    private TensorFlowLibrary() {}

    /**
     * Checks where {@code loader} would take TensorFlow from, without initialising it.
     *
     * @throws ModelLoadException if there is no TensorFlow, or it sits in a user jar
     */
    static void requireSafe(ClassLoader loader) throws ModelLoadException {
        ClassLoader owner = owner(loader);
        if (owner instanceof FlinkUserCodeClassLoader || owner instanceof MutableURLClassLoader) {
            throw new ModelLoadException(
                    "Cannot load TensorFlow: its classes come from the job's jar, and a second"
                            + " submission would abort the task manager. Put the TensorFlow jars"
                            + " and flink-gpu into Flink's lib/ directory, take them out of the"
                            + " job's jar, and set classloader.parent-first-patterns.additional:"
                            + " org.tensorflow.;org.bytedeco.;com.google.protobuf.;io.flinkgpu.");
        }
    }

    private static ClassLoader owner(ClassLoader loader) throws ModelLoadException {
        try {
            return Class.forName(PROBE, false, loader).getClassLoader();
        } catch (ClassNotFoundException missing) {
            throw new ModelLoadException(
                    "Cannot load TensorFlow: it is not on the class path. Put tensorflow-core-api,"
                            + " ndarray, javacpp and tensorflow-core-native for this platform into"
                            + " Flink's lib/ directory.",
                    missing);
        }
    }
}
