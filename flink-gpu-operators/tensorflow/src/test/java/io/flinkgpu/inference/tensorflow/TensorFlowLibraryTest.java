package io.flinkgpu.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.ModelLoadException;
import java.net.URL;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.util.FlinkUserCodeClassLoader;
import org.apache.flink.util.FlinkUserCodeClassLoaders;
import org.apache.flink.util.MutableURLClassLoader;
import org.junit.jupiter.api.Test;
import org.tensorflow.SavedModelBundle;

class TensorFlowLibraryTest {

    private static final String IN_USER_JAR =
            "Cannot load TensorFlow: its classes come from the job's jar, and a second submission"
                    + " would abort the task manager. Put the TensorFlow jars and flink-gpu into"
                    + " Flink's lib/ directory, take them out of the job's jar, and set"
                    + " classloader.parent-first-patterns.additional:"
                    + " org.tensorflow.;org.bytedeco.;com.google.protobuf.;io.flinkgpu.";

    @Test
    void acceptsTensorFlowOnTheClassPath() {
        assertThatCode(() -> TensorFlowRuntime.LIBRARY.requireSafe(getClass().getClassLoader()))
                .doesNotThrowAnyException();
    }

    @Test
    void acceptsAJobWhoseTensorFlowComesFromTheClassPath() throws Exception {
        try (MutableURLClassLoader job =
                FlinkUserCodeClassLoaders.parentFirst(
                        new URL[] {tensorFlowJar()},
                        getClass().getClassLoader(),
                        failure -> {},
                        true)) {
            assertThatCode(() -> TensorFlowRuntime.LIBRARY.requireSafe(job))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void refusesTensorFlowFromAJobsJar() throws Exception {
        try (MutableURLClassLoader job =
                FlinkUserCodeClassLoaders.childFirst(
                        new URL[] {tensorFlowJar()},
                        getClass().getClassLoader(),
                        new String[0],
                        failure -> {},
                        true)) {
            assertThatThrownBy(() -> TensorFlowRuntime.LIBRARY.requireSafe(job))
                    .isInstanceOf(ModelLoadException.class)
                    .hasMessage(IN_USER_JAR);
        }
    }

    @Test
    void refusesBeforeAnyNativeCodeIsTouched() throws Exception {
        try (WatchedLoader job = new WatchedLoader(tensorFlowJar())) {
            assertThatThrownBy(() -> TensorFlowRuntime.LIBRARY.requireSafe(job))
                    .isInstanceOf(ModelLoadException.class)
                    .hasMessage(IN_USER_JAR);

            assertThat(job.loaded)
                    .contains("org.tensorflow.TensorFlow")
                    .noneMatch(name -> name.startsWith("org.bytedeco."))
                    .noneMatch(name -> name.startsWith("org.tensorflow.internal."));
        }
    }

    @Test
    void saysWhereTensorFlowBelongsIfThereIsNone() throws Exception {
        try (MutableURLClassLoader empty =
                FlinkUserCodeClassLoaders.parentFirst(
                        new URL[0], ClassLoader.getPlatformClassLoader(), failure -> {}, true)) {
            assertThatThrownBy(() -> TensorFlowRuntime.LIBRARY.requireSafe(empty))
                    .isInstanceOf(ModelLoadException.class)
                    .hasMessage(
                            "Cannot load TensorFlow: it is not on the class path. Put"
                                    + " tensorflow-core-api, ndarray, javacpp and tensorflow-core-native"
                                    + " for this platform into Flink's lib/ directory.")
                    .hasCauseInstanceOf(ClassNotFoundException.class);
        }
    }

    private static URL tensorFlowJar() {
        return SavedModelBundle.class.getProtectionDomain().getCodeSource().getLocation();
    }

    /** A job's class loader that defines TensorFlow itself and remembers what it was asked for. */
    private static final class WatchedLoader extends FlinkUserCodeClassLoader {
        private final Set<String> loaded = ConcurrentHashMap.newKeySet();

        private WatchedLoader(URL jar) {
            super(new URL[] {jar}, ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> loadClassWithoutExceptionHandling(String name, boolean resolve)
                throws ClassNotFoundException {
            loaded.add(name);
            return super.loadClassWithoutExceptionHandling(name, resolve);
        }

        @Override
        public MutableURLClassLoader copy() {
            return new WatchedLoader(getURLs()[0]);
        }
    }
}
