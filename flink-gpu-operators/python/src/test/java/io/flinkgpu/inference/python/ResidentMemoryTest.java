package io.flinkgpu.inference.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ResidentMemoryTest {

    private final List<String> warnings = new ArrayList<>();

    @Test
    void reportsAWorkerOnce() throws Exception {
        PythonInterpreters.assumeNumpy();
        try (PythonModels models = new PythonModels()) {
            LoadedPythonModel model = models.load("echo");
            ResidentMemory little = new ResidentMemory(model::workers, 1, warnings::add);

            little.look();
            little.look();

            assertThat(warnings)
                    .singleElement()
                    .asString()
                    .startsWith("echo (pid ")
                    .contains("was expected to need 1 bytes at most")
                    .contains("python.max-resident-memory");
        }
    }

    @Test
    void saysNothingOfOneThatHoldsLess() throws Exception {
        PythonInterpreters.assumeNumpy();
        try (PythonModels models = new PythonModels()) {
            LoadedPythonModel model = models.load("echo");

            new ResidentMemory(model::workers, 1L << 40, warnings::add).look();

            assertThat(warnings).isEmpty();
        }
    }
}
