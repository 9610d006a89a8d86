package io.flinkgpu.table.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.InferenceMode;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.PoolOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableModelConfigTest {

    @Test
    void hasDefaults() {
        TableModelConfig config = read("location", "/models/digits");

        assertThat(config.model()).isEqualTo(ModelRef.savedModel("/models/digits"));
        assertThat(config.inputs()).isEmpty();
        assertThat(config.outputs()).isEmpty();
        assertThat(config.errors())
                .isEqualTo(new TableModelConfig.Errors(OnError.FAIL, null, Map.of()));
        assertThat(config.look())
                .isEqualTo(new TableModelConfig.Look(true, Duration.ofSeconds(30)));
        assertThat(config.profile()).isNull();
        assertThat(config.settings().toMap()).isEmpty();
    }

    @Test
    void namesTheModel() {
        String checksum = "a".repeat(64);
        TableModelConfig config =
                read(
                        "location", "/models/digits",
                        "runtime", "onnx",
                        "signature", "other",
                        "version", "3",
                        "sha256", checksum,
                        "model-option.threads", "2");

        assertThat(config.model())
                .isEqualTo(
                        ModelRef.onnx("/models/digits")
                                .withSignature("other")
                                .withVersion("3")
                                .withSha256(checksum)
                                .withOption("threads", "2"));
    }

    @Test
    void makesAPathThatExistsAbsolute() {
        Path here = Path.of("").toAbsolutePath();

        assertThat(read("location", "src/../pom.xml", "runtime", "onnx").model().location())
                .isEqualTo(here.resolve("pom.xml").toString());
        assertThat(read("location", "src", "pools", "a:9000", "mode", "fused").model().location())
                .isEqualTo(here.resolve("src").toString());
        assertThat(read("location", "none").model().location()).isEqualTo("none");
        assertThat(read("location", "file:/models/src").model().location())
                .isEqualTo("file:/models/src");
    }

    @Test
    void leavesTheNameOfAPoolsModelAsItIs() {
        Configuration session = new Configuration();
        session.set(InferenceOptions.MODE, InferenceMode.SEPARATED);

        assertThat(read("location", "src", "pools", "static://a:9000").model().location())
                .isEqualTo("src");
        assertThat(TableModelConfig.from(options("location", "src"), session).model().location())
                .isEqualTo("src");
    }

    @Test
    void mapsOptionsToThoseOfTheOperator() {
        Configuration settings =
                read(
                                "location", "digits",
                                "mode", "separated",
                                "pools", "flink://a:8081/digits;flink://b:8081/digits",
                                "batch.max-size", "64",
                                "batch.max-delay", "5 ms",
                                "batch.max-bytes", "1 mb",
                                "capacity", "256",
                                "deadline", "10 s",
                                "max-attempts", "2",
                                "max-run-time", "20 s",
                                "load-timeout", "1 min")
                        .settings();

        assertThat(settings.get(InferenceOptions.MODE)).isEqualTo(InferenceMode.SEPARATED);
        assertThat(settings.get(PoolOptions.ADDRESSES))
                .isEqualTo(List.of("flink://a:8081/digits", "flink://b:8081/digits"));
        assertThat(settings.get(InferenceOptions.MAX_BATCH_SIZE)).isEqualTo(64);
        assertThat(settings.get(InferenceOptions.MAX_BATCH_DELAY)).isEqualTo(Duration.ofMillis(5));
        assertThat(settings.get(InferenceOptions.MAX_BATCH_BYTES))
                .isEqualTo(MemorySize.ofMebiBytes(1));
        assertThat(settings.get(InferenceOptions.CAPACITY)).isEqualTo(256);
        assertThat(settings.get(InferenceOptions.DEADLINE)).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.get(InferenceOptions.MAX_ATTEMPTS)).isEqualTo(2);
        assertThat(settings.get(InferenceOptions.MAX_RUN_TIME)).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.get(InferenceOptions.LOAD_TIMEOUT)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void goesBeforeTheSession() {
        Configuration session = new Configuration();
        session.set(InferenceOptions.MAX_BATCH_SIZE, 16);
        session.set(InferenceOptions.RUN_THREADS, 2);

        Configuration settings =
                TableModelConfig.from(options("location", "m", "batch.max-size", "64"), session)
                        .settings();

        assertThat(settings.get(InferenceOptions.MAX_BATCH_SIZE)).isEqualTo(64);
        assertThat(settings.get(InferenceOptions.RUN_THREADS)).isEqualTo(2);
    }

    @Test
    void isSeparatedWherePoolsAreNamed() {
        assertThat(
                        read("location", "m", "pools", "static://a:9000")
                                .settings()
                                .get(InferenceOptions.MODE))
                .isEqualTo(InferenceMode.SEPARATED);
    }

    @Test
    void readsBindingsAndErrors(@TempDir Path folder) throws IOException {
        Path profiles = folder.resolve("profiles.yaml");
        Files.writeString(profiles, "profiles:\n  small:\n    cpu-cores: 1\n    task-heap: 64m\n");

        TableModelConfig config =
                read(
                        "location", "m",
                        "input.image", "pixels",
                        "output.label", "classes",
                        "on-error", "default",
                        "default.label", "-1",
                        "check", "false",
                        "check-timeout", "5 s",
                        "profile", profiles + "#small");

        assertThat(config.inputs()).isEqualTo(Map.of("image", "pixels"));
        assertThat(config.outputs()).isEqualTo(Map.of("label", "classes"));
        assertThat(config.errors())
                .isEqualTo(
                        new TableModelConfig.Errors(OnError.DEFAULT, null, Map.of("label", "-1")));
        assertThat(config.look())
                .isEqualTo(new TableModelConfig.Look(false, Duration.ofSeconds(5)));
        assertThat(config.profile().name()).isEqualTo("small");
        assertThat(read("location", "m", "error-column", "error").errors().action())
                .isEqualTo(OnError.COLUMN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "location|  |Invalid location: ''. Say where the model is.",
                "version|three|Invalid model version: 'three'.",
                "sha256|abc|Invalid model checksum: 'abc'.",
                "mode|both|Invalid mode: 'both'.",
                "batch.max-size|0|Invalid batch.max-size: 0. It must be at least 1.",
                "batch.max-size|many|Invalid batch.max-size: 'many'.",
                "batch.max-delay|-1 ms|Invalid batch.max-delay: '-1 ms'.",
                "batch.max-bytes|0 b|Invalid batch.max-bytes: 0 bytes.",
                "capacity|3|Invalid capacity: 3.",
                "deadline|0 s|Invalid deadline: PT0S.",
                "max-attempts|0|Invalid max-attempts: 0.",
                "max-run-time|0 s|Invalid max-run-time: PT0S.",
                "load-timeout|0 s|Invalid load-timeout: PT0S.",
                "on-error|ignore|Invalid on-error: 'ignore'.",
                "on-error|column|Invalid on-error: COLUMN. Name the column in error-column.",
                "default.label|1|Invalid on-error: FAIL. With default.[label] it must be DEFAULT.",
                "profile|small|Invalid profile: small. Write FILE#NAME.",
                "profile|none.yaml#small|Invalid profile: none.yaml#small.",
                "check-timeout|0 s|Invalid check-timeout: PT0S. It must be above zero.",
                "check|maybe|Invalid check: 'maybe'.",
                "batch.size|3|Invalid option 'batch.size': there is none of that name."
            })
    void refusesInvalidValues(String key, String value, String message) {
        Map<String, String> options = options("location", "m");
        options.put(key, value == null ? "" : value);

        assertThatThrownBy(() -> TableModelConfig.from(options, new Configuration()))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining(message);
    }

    @Test
    void namesEveryProblem() {
        assertThatThrownBy(() -> read("location", "", "on-error", "ignore", "batch.max-size", "0"))
                .hasMessageContaining("Invalid location")
                .hasMessageContaining("Invalid on-error")
                .hasMessageContaining("Invalid batch.max-size");
    }

    @Test
    void travelsWithFunctions() throws Exception {
        TableModelConfig config = read("location", "m", "batch.max-size", "64");

        assertThat(InstantiationUtil.clone(config)).isEqualTo(config);
    }

    private static TableModelConfig read(String... options) {
        return TableModelConfig.from(options(options), new Configuration());
    }

    private static Map<String, String> options(String... keysAndValues) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            options.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return options;
    }
}
