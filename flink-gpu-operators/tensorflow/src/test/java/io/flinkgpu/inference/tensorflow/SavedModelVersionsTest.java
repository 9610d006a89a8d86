package io.flinkgpu.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelUse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedModelVersionsTest {

    @TempDir private Path directory;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ModelHost host = new ModelHost(List.of(new TensorFlowRuntime()), timer);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void takesADirectoryWithAGraphForVersionOne() throws Exception {
        ModelRef model = ref(TestingSavedModels.linear(directory));

        assertThat(host.versions(model)).containsOnlyKeys(1L);
        assertThat(host.versions(model).get(1L).ref()).isEqualTo(model);
    }

    @Test
    void findsNumberedVersionsInNumericOrder() throws Exception {
        TestingSavedModels.linear(directory.resolve("9"));
        TestingSavedModels.linear(directory.resolve("10"));
        Files.createDirectories(directory.resolve("11"));
        Files.createDirectories(directory.resolve("assets"));
        ModelRef model = ref(directory).withSignature("score").withOption("key", "value");

        assertThat(host.versions(model).keySet()).containsExactly(9L, 10L);
        assertThat(host.versions(model).get(10L).ref())
                .isEqualTo(
                        ref(directory.resolve("10"))
                                .withSignature("score")
                                .withOption("key", "value"));
    }

    @Test
    void loadsTheHighestVersionUnlessAnotherIsAskedFor() throws Exception {
        TestingSavedModels.linear(directory.resolve("2"));
        TestingSavedModels.squares(directory.resolve("10"));

        assertThat(inputType(ref(directory))).isEqualTo("INT64");
        assertThat(inputType(ref(directory).withVersion(2))).isEqualTo("FP32");
    }

    @Test
    void saysWhatADirectoryWithoutAnyVersionLacks() throws Exception {
        Files.createDirectories(directory.resolve("1"));

        assertThatThrownBy(() -> inputType(ref(directory)))
                .hasCauseInstanceOf(ModelLoadException.class)
                .hasMessageContaining("the directory holds no readable saved_model.pb");
    }

    @Test
    void areAskedOfTheHostByTheNameOfTheRuntime() {
        assertThatThrownBy(() -> host.versions(new ModelRef("other", "x", "s", Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Invalid model runtime: 'other'.");
    }

    private String inputType(ModelRef model) throws Exception {
        try (ModelClient client =
                host.acquire(model, ModelDevice.cpu(), new ModelUse(1, 1, Duration.ZERO))) {
            return client.ready()
                    .get(60, TimeUnit.SECONDS)
                    .signature()
                    .inputs()
                    .get(0)
                    .dataType()
                    .protocolName();
        }
    }

    private static ModelRef ref(Path location) {
        return ModelRef.savedModel(location.toString());
    }
}
