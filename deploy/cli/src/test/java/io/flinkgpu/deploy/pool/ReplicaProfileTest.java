package io.flinkgpu.deploy.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.deploy.rest.TaskManagerInfo;
import io.flinkgpu.deploy.rest.TaskManagerResources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaProfileTest {

    private static final String STAGE = "  %s: {cpu-cores: 1, task-heap: 128 mb, gpus: %s}\n";

    @TempDir private Path directory;

    @Test
    void takesTheOnlyProfileOfFile() throws IOException {
        String file = file(STAGE.formatted("heavy", "1"));

        assertThat(ReplicaProfile.read(file, List.of()).name()).isEqualTo("heavy");
    }

    @Test
    void takesTheInferenceStageOfSeveralUnlessAnotherIsNamed() throws IOException {
        String file = file(STAGE.formatted("decode", "0") + STAGE.formatted("inference", "0.5"));

        assertThat(ReplicaProfile.read(file, List.of()).name()).isEqualTo("inference");
        assertThat(ReplicaProfile.read(file + "#decode", List.of()).name()).isEqualTo("decode");
    }

    @Test
    void refusesUnknownStage() throws IOException {
        String file = file(STAGE.formatted("decode", "0"));

        assertThatThrownBy(() -> ReplicaProfile.read(file + "#train", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid profile: 'train'. Known profiles are [decode].");
    }

    @Test
    void refusesProfileThatNoTaskManagerHolds() throws IOException {
        String file = file(STAGE.formatted("heavy", "1"));

        assertThatThrownBy(() -> ReplicaProfile.read(file, List.of(taskManager(0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot place profile 'heavy'");
        assertThat(ReplicaProfile.read(file, List.of(taskManager(1))).gpus()).isEqualTo(1);
    }

    @Test
    void takesOneDeviceByDefaultAndTheProcessorWhereThereIsNone() {
        assertThat(ReplicaProfile.byDefault(List.of(taskManager(1))).gpus()).isEqualTo(1);
        assertThat(ReplicaProfile.byDefault(List.of(taskManager(0)))).isNull();
        assertThat(ReplicaProfile.byDefault(List.of()).gpus()).isEqualTo(1);
    }

    private String file(String stages) throws IOException {
        return Files.writeString(directory.resolve("profiles.yaml"), "profiles:\n" + stages)
                .toString();
    }

    private static TaskManagerInfo taskManager(double gpus) {
        MemorySize memory = MemorySize.ofMebiBytes(1024);
        TaskManagerResources resources =
                new TaskManagerResources(
                        4,
                        memory,
                        memory,
                        memory,
                        memory,
                        gpus == 0 ? Map.of() : Map.of("gpu", gpus));
        return new TaskManagerInfo("tm", "pekko://tm", 1, 1, resources, resources);
    }
}
