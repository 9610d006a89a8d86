package io.flinkgpu.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterStateFileTest {

    @TempDir private Path directory;

    @Test
    void readsWhatItWrote() {
        ClusterStateFile file = new ClusterStateFile(directory);
        ProcessSpec spec =
                new ProcessSpec(
                        "gpu-1",
                        ProcessRole.TASK_MANAGER,
                        Map.of("taskmanager.cpu.cores", "2.0"),
                        Map.of("CUDA_VISIBLE_DEVICES", "3"));
        ClusterState state =
                new ClusterState(
                        plan(ClusterShape.pool(2), spec),
                        List.of(
                                new ProcessRecord(
                                        "gpu-1",
                                        ProcessRole.TASK_MANAGER,
                                        42,
                                        1_700_000_000_000L,
                                        directory.resolve("gpu-1"))));

        file.write(state);

        assertThat(file.read()).contains(state);
    }

    @Test
    void isEmptyBeforeTheFirstWriteAndAfterDeletion() {
        ClusterStateFile file = new ClusterStateFile(directory);
        assertThat(file.read()).isEmpty();

        file.write(new ClusterState(plan(ClusterShape.mixed()), List.of()));
        file.delete();

        assertThat(file.read()).isEmpty();
    }

    @Test
    void refusesDamagedFile() throws IOException {
        Files.writeString(directory.resolve("cluster.json"), "{\"rest\": ");

        assertThatThrownBy(() -> new ClusterStateFile(directory).read())
                .isInstanceOf(ClusterException.class)
                .hasMessageStartingWith("Cannot read " + directory.resolve("cluster.json") + ": ");
    }

    private ClusterPlan plan(ClusterShape shape, ProcessSpec... processes) {
        return new ClusterPlan(
                URI.create("http://localhost:8081"), directory, shape, List.of(processes));
    }
}
