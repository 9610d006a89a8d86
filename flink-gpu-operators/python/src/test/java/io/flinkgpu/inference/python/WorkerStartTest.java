package io.flinkgpu.inference.python;

import static io.flinkgpu.inference.python.PythonInterpreters.EXECUTABLE;
import static io.flinkgpu.inference.python.PythonInterpreters.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What keeps code from being loaded, and what people are told. */
@Timeout(120)
class WorkerStartTest {

    private final PythonModels models = new PythonModels();

    @BeforeEach
    void requirePython() {
        PythonInterpreters.assumeNumpy();
    }

    @AfterEach
    void close() {
        models.close();
    }

    @Test
    void isFoundByItsName() {
        assertThat(ServiceLoader.load(ModelRuntime.class))
                .filteredOn(runtime -> runtime.name().equals(ModelRef.PYTHON))
                .singleElement()
                .isInstanceOf(PythonRuntime.class);
    }

    @Test
    void namesAnInterpreterThatIsMissing() {
        assertThatThrownBy(() -> models.load(model("echo").virtualEnvironment("/no/venv")))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("cannot start '/no/venv/bin/python'")
                .hasMessageContaining("Set python.executable or python.virtual-environment");
    }

    @Test
    void namesWhatIsRequiredAndMissing() {
        assertRefused(
                model("echo").requires("numpy>=1.20,<99", "no-such-thing", "numpy>=99"),
                "no-such-thing is not installed, and numpy is ",
                " and must be >=99, in ",
                " (Python 3.");
    }

    @Test
    void namesFilesAndAttributesThatAreMissing() {
        assertRefused(PythonModel.of("/no/such.py:Model"), "there is no file /no/such.py");
        assertRefused(model("NoSuchClass"), "models.py has no NoSuchClass");
        assertRefused(model("not_code"), "not_code is neither a class nor a function");
        assertRefused(
                PythonModel.of("no_such_module:Model"),
                "ModuleNotFoundError: No module named 'no_such_module'");
    }

    @Test
    void refusesCodeThatYields() {
        assertRefused(model("yields"), "yields yields, and a batch has one answer");
    }

    @Test
    void tellsWhatTheConstructorRaises() {
        assertThatThrownBy(() -> models.load(model("Unconstructible").argument("path", "/w.bin")))
                .hasMessageContaining("FileNotFoundError: no weights at /w.bin (models.py:")
                .cause()
                .isInstanceOf(PythonException.class)
                .hasMessageContaining("raise FileNotFoundError");
    }

    @Test
    void tellsHowTheProcessEnded() {
        assertRefused(model("Quits"), "ended with exit code 9", "quitting");
    }

    @Test
    void givesUpOneThatIsNotReadyInTime() {
        assertRefused(
                model("SlowToStart").startTimeout(Duration.ofSeconds(2)),
                "its worker was not ready within PT2S. Raise python.start-timeout");
    }

    @Test
    void oneOfSeveralWorkersThatDoesNotStartFailsAll(@TempDir Path directory) {
        assertRefused(
                model("StartsOnce")
                        .argument("mark", directory.resolve("mark").toString())
                        .workers(2),
                "RuntimeError: the second start fails");
    }

    @Test
    void findsAModuleInTheWorkingDirectory(@TempDir Path directory) throws Exception {
        Files.createDirectory(directory.resolve("pack"));
        Files.writeString(
                directory.resolve("pack/code.py"),
                "from pack.other import twice\ndef call(batch):\n    return twice(batch)\n");
        Files.writeString(
                directory.resolve("pack/other.py"),
                "def twice(batch):\n    return {'y': 2 * batch['data']}\n");
        PythonModel code = PythonModel.of("pack.code:call").workingDirectory(directory.toString());

        assertThat(
                        PythonModels.run(
                                        models.load(code.executable(EXECUTABLE)),
                                        PythonModels.batch(21))
                                .tensor("y")
                                .toInts())
                .containsExactly(42);
    }

    @Test
    void refusesOptionsThatAreInvalid() {
        ModelRef ref =
                ModelRef.python("code")
                        .withOption("python.workers", "0")
                        .withOption("python.batch-fromat", "numpy");

        assertThatThrownBy(() -> new PythonRuntime().load(ref, ModelDevice.cpu()))
                .isInstanceOf(ModelLoadException.class)
                .hasMessage(
                        "Cannot load model 'code': Invalid model option: python.batch-fromat. The Python runtime has no such option."
                                + " Invalid model location: code. Write file.py:Class or package.module:Class."
                                + " Invalid python.workers: 0. It must be at least 1.");
    }

    private void assertRefused(PythonModel code, String... reasons) {
        assertThatThrownBy(() -> models.load(code.executable(EXECUTABLE)))
                .isInstanceOf(ModelLoadException.class)
                .message()
                .startsWith("Cannot load model '")
                .contains(reasons)
                .doesNotContain("\n");
    }
}
