package io.flinkgpu.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterStateFileTest {

    @TempDir private Path directory;

    @Test
    void readsWhatItWrote() {
        ClusterStateFile file = new ClusterStateFile(directory);
        ClusterState state =
                new ClusterState(
                        URI.create("http://localhost:8081"),
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

        file.write(new ClusterState(URI.create("http://localhost:8081"), List.of()));
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
}
