package io.flinkgpu.inference.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.python.PythonOptions.BatchFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonConfigTest {

    @Test
    void hasDefaults() {
        PythonConfig config = PythonConfig.from(ModelRef.python("/models/digits.py:Digits"));

        assertThat(config)
                .isEqualTo(
                        new PythonConfig(
                                Map.of(
                                        "code", "/models/digits.py",
                                        "attribute", "Digits",
                                        "requires", "",
                                        "batch-format", "numpy",
                                        "text", ""),
                                new PythonConfig.Launch(
                                        "python3", Map.of(), null, 1, Duration.ofMinutes(10)),
                                new PythonConfig.Memory(Path.of("/dev/shm"), 512L << 20, 0),
                                1,
                                2));
        assertThat(config.name()).isEqualTo("Digits");
    }

    @Test
    void everyMethodOfTheBuilderReachesIt() {
        ModelRef model =
                PythonModel.of("models.digits:Digits")
                        .argument("text", "1")
                        .argument("whole", 1)
                        .argument("real", 0.5)
                        .argument("flag", true)
                        .argumentOfJson("none", "null")
                        .executable("python3.12")
                        .environment("HF_HOME", "/cache")
                        .workingDirectory("/models")
                        .requires("numpy>=1.24,<3", "torch")
                        .batchFormat(BatchFormat.TORCH)
                        .text("review", "title")
                        .workers(3)
                        .threads(4)
                        .maxConcurrency(8)
                        .sharedMemory("/mnt/shm", MemorySize.ofMebiBytes(64))
                        .startTimeout(Duration.ofMinutes(1))
                        .maxResidentMemory(MemorySize.ofMebiBytes(2048))
                        .ref();

        PythonConfig config = PythonConfig.from(model);

        assertThat(config.code())
                .containsOnly(
                        entry("code", "models.digits"),
                        entry("attribute", "Digits"),
                        entry("requires", "numpy>=1.24,<3, torch"),
                        entry("batch-format", "torch"),
                        entry("text", "review,title"),
                        entry("argument.text", "\"1\""),
                        entry("argument.whole", "1"),
                        entry("argument.real", "0.5"),
                        entry("argument.flag", "true"),
                        entry("argument.none", "null"));
        assertThat(config.launch())
                .isEqualTo(
                        new PythonConfig.Launch(
                                "python3.12",
                                Map.of("HF_HOME", "/cache"),
                                Path.of("/models"),
                                4,
                                Duration.ofMinutes(1)));
        assertThat(config.memory())
                .isEqualTo(new PythonConfig.Memory(Path.of("/mnt/shm"), 64L << 20, 2L << 30));
        assertThat(config.workers()).isEqualTo(3);
        assertThat(config.maxConcurrency()).isEqualTo(8);
    }

    @Test
    void aVirtualEnvironmentHasItsInterpreter() {
        ModelRef model = PythonModel.of("digits.py:Digits").virtualEnvironment("/opt/digits").ref();

        assertThat(PythonConfig.from(model).launch().executable())
                .isEqualTo("/opt/digits/bin/python");
    }

    @ParameterizedTest
    @CsvSource({
        "python.workers, 0, It must be at least 1.",
        "python.max-concurrency, 0, It must be at least 1.",
        "python.threads, -1, It must not be negative.",
        "python.start-timeout, 0 s, It must be above zero.",
        "python.worker, 2, The Python runtime has no such option.",
    })
    void refusesWhatIsInvalid(String key, String value, String bound) {
        ModelRef model = ModelRef.python("digits.py:Digits").withOption(key, value);

        assertThatThrownBy(() -> PythonConfig.from(model))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(bound);
    }

    @ParameterizedTest
    @CsvSource({"digits.py", ":Digits", "digits.py:"})
    void refusesCodeThatNamesNoClass(String code) {
        assertThatThrownBy(() -> PythonConfig.from(ModelRef.python(code)))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessage(
                        "Invalid model location: %s. Write file.py:Class or package.module:Class."
                                .formatted(code));
    }
}
