package io.flinkgpu.inference.onnx;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtSession;
import io.flinkgpu.inference.model.ModelLoadException;
import java.net.URL;
import org.apache.flink.util.FlinkUserCodeClassLoaders;
import org.apache.flink.util.MutableURLClassLoader;
import org.junit.jupiter.api.Test;

class OnnxLibraryTest {

    @Test
    void acceptsOnnxRuntimeOnTheClassPath() {
        assertThatCode(() -> OnnxRuntime.LIBRARY.requireSafe(getClass().getClassLoader()))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesOnnxRuntimeFromAJobsJar() throws Exception {
        URL jar = OrtSession.class.getProtectionDomain().getCodeSource().getLocation();
        try (MutableURLClassLoader job =
                FlinkUserCodeClassLoaders.childFirst(
                        new URL[] {jar},
                        getClass().getClassLoader(),
                        new String[0],
                        failure -> {},
                        true)) {
            assertThatThrownBy(() -> OnnxRuntime.LIBRARY.requireSafe(job))
                    .isInstanceOf(ModelLoadException.class)
                    .hasMessage(
                            "Cannot load ONNX Runtime: its classes come from the job's jar, and each submission would load another copy of its natives, which is never unloaded. Put the ONNX Runtime jars and flink-gpu into Flink's lib/ directory, take them out of the job's jar, and set classloader.parent-first-patterns.additional: ai.onnxruntime.;com.google.protobuf.;io.flinkgpu.");
        }
    }

    @Test
    void saysWhereOnnxRuntimeBelongsIfThereIsNone() {
        ClassLoader empty = ClassLoader.getPlatformClassLoader();

        assertThatThrownBy(() -> OnnxRuntime.LIBRARY.requireSafe(empty))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage(
                        "Cannot load ONNX Runtime: it is not on the class path. Put onnxruntime into Flink's lib/ directory.");
    }
}
