package io.flinkgpu.inference.python;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The interpreter that tests run with, and the code that they run. */
final class PythonInterpreters {

    /** The interpreter, by name or path; the system property {@code flinkgpu.test.python} wins. */
    static final String EXECUTABLE = System.getProperty("flinkgpu.test.python", "python3");

    private static final Path MODELS = Path.of("src/test/python/models.py").toAbsolutePath();
    private static final boolean HAS_NUMPY = runs("import numpy");

    private PythonInterpreters() {}

    /** Skips the test where there is no Python with numpy. */
    static void assumeNumpy() {
        assumeTrue(HAS_NUMPY, () -> "skipped: " + EXECUTABLE + " has no numpy, or is missing");
    }

    /** A class or function of the tests' code. */
    static PythonModel model(String name) {
        return PythonModel.of(MODELS + ":" + name).executable(EXECUTABLE);
    }

    /** Whether the interpreter runs a line of code. */
    static boolean runs(String code) {
        try {
            Process process =
                    new ProcessBuilder(List.of(EXECUTABLE, "-c", code))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException missing) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
