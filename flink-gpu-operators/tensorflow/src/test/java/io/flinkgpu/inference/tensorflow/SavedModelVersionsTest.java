package io.flinkgpu.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedModelVersionsTest {

    @TempDir private Path directory;

    private final TensorFlowRuntime runtime = new TensorFlowRuntime();

    @Test
    void takesADirectoryWithAGraphForVersionOne() throws Exception {
        ModelRef model = ref(TestingSavedModels.linear(directory));

        assertThat(runtime.versions(model)).containsOnlyKeys(1L).containsEntry(1L, model);
    }

    @Test
    void findsNumberedVersionsInNumericOrder() throws Exception {
        TestingSavedModels.linear(directory.resolve("9"));
        TestingSavedModels.linear(directory.resolve("10"));
        Files.createDirectories(directory.resolve("11"));
        Files.createDirectories(directory.resolve("assets"));
        ModelRef model = ref(directory).withSignature("score").withOption("key", "value");

        assertThat(runtime.versions(model).keySet()).containsExactly(9L, 10L);
        assertThat(runtime.versions(model).get(10L))
                .isEqualTo(
                        ref(directory.resolve("10"))
                                .withSignature("score")
                                .withOption("key", "value"));
    }

    @Test
    void loadsTheHighestVersion() throws Exception {
        TestingSavedModels.linear(directory.resolve("2"));
        TestingSavedModels.squares(directory.resolve("10"));

        try (LoadedModel model = runtime.load(ref(directory), ModelDevice.cpu())) {
            assertThat(model.signature().inputs().get(0).dataType().protocolName())
                    .isEqualTo("INT64");
        }
    }

    @Test
    void refusesADirectoryWithoutAnyVersion() throws Exception {
        Files.createDirectories(directory.resolve("1"));

        assertThatThrownBy(() -> runtime.versions(ref(directory)))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("the directory holds no readable saved_model.pb");
    }

    @Test
    void areAskedOfTheHostByTheNameOfTheRuntime() throws Exception {
        TestingSavedModels.linear(directory.resolve("3"));
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try {
            ModelHost host = new ModelHost(List.of(runtime), timer);

            assertThat(host.versions(ref(directory)).keySet()).containsExactly(3L);
            assertThatThrownBy(() -> host.versions(new ModelRef("other", "x", "s", Map.of())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Invalid model runtime: 'other'.");
        } finally {
            timer.shutdownNow();
        }
    }

    private static ModelRef ref(Path location) {
        return ModelRef.savedModel(location.toString());
    }
}
