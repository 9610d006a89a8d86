package io.flinkgpu.inference.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The worker's own tests, which are written in Python: src/test/python. */
@Timeout(240)
class WorkerUnittestTest {

    @Test
    void passesItsOwnTests() throws Exception {
        PythonInterpreters.assumeNumpy();
        ProcessBuilder builder =
                new ProcessBuilder(PythonInterpreters.EXECUTABLE, "-B", "-m", "unittest", "-v")
                        .directory(Path.of("src/test/python").toFile())
                        .redirectErrorStream(true);

        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        assertThat(output).contains("OK");
    }
}
