package io.flinkgpu.inference.python;

import static io.flinkgpu.inference.python.PythonInterpreters.EXECUTABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the host is told of the file of code, and does when that changes. */
@Timeout(120)
class PythonRuntimeTest {

    private static final Duration LINGER = Duration.ofMinutes(10);

    private final PythonRuntime runtime = new PythonRuntime();

    @TempDir private Path directory;

    @Test
    void namesTheFileOfItsCode() throws Exception {
        assertThat(runtime.codeFile(ModelRef.python("/models/digits.py:Digits")))
                .contains(Path.of("/models/digits.py"));
        assertThat(runtime.codeFile(ModelRef.python("digits.py:Digits")))
                .contains(Path.of("digits.py").toAbsolutePath());
        assertThat(
                        runtime.codeFile(
                                PythonModel.of("digits.py:Digits")
                                        .workingDirectory("/models")
                                        .ref()))
                .contains(Path.of("/models/digits.py"));
        assertThat(runtime.codeFile(ModelRef.python("models.digits:Digits"))).isEmpty();
    }

    @Test
    void refusesToNameTheFileOfWhatIsInvalid() {
        assertThatThrownBy(() -> runtime.codeFile(ModelRef.python("digits.py")))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage(
                        "Cannot load model 'digits.py': Invalid model location: digits.py. Write file.py:Class or package.module:Class.");
    }

    @Test
    void codeThatHasChangedIsLoadedAnew() throws Exception {
        PythonInterpreters.assumeNumpy();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        ModelHost host = new ModelHost(List.of(runtime), timer);
        try {
            write("data");
            assertThat(answer(host, LINGER)).isEqualTo(7);
            assertThat(answer(host, LINGER)).isEqualTo(7);
            assertThat(host.modelsLoaded()).isEqualTo(1);

            write("2 * data");

            assertThat(answer(host, Duration.ZERO)).isEqualTo(14);
            await().until(() -> host.modelsHeld() == 0);
        } finally {
            timer.shutdownNow();
        }
    }

    private void write(String expression) throws IOException {
        Files.writeString(
                directory.resolve("scale.py"),
                "def call(batch):\n    data = batch['data']\n    return {'y': %s}\n"
                        .formatted(expression));
    }

    private int answer(ModelHost host, Duration linger) throws Exception {
        ModelRef model =
                PythonModel.of(directory.resolve("scale.py") + ":call")
                        .executable(EXECUTABLE)
                        .ref();
        ModelUse use = new ModelUse(8, 1, linger);
        try (ModelClient client = host.acquire(model, ModelDevice.cpu(), use);
                TensorBatch outputs =
                        client.infer(PythonModels.batch(7)).get(60, TimeUnit.SECONDS).outputs()) {
            return new TensorRow(outputs).ints()[0];
        }
    }
}
