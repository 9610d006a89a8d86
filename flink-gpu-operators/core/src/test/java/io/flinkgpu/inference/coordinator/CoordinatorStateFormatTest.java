package io.flinkgpu.inference.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.health.NodeBlock;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ReplicaDevice;
import io.flinkgpu.inference.pool.ReplicaLoad;
import io.flinkgpu.inference.pool.ReplicaState;
import io.flinkgpu.inference.pool.ServedModel;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CoordinatorStateFormatTest {

    /** What version 1 wrote of {@link #state()}; it stays for ever. */
    private static final String VERSION_1 = "/coordinator-state-v1";

    @Test
    void readsWhatItWrites() throws IOException {
        assertThat(CoordinatorStateFormat.read(CoordinatorStateFormat.write(state())))
                .isEqualTo(state());
    }

    @Test
    void readsVersion1() throws IOException {
        byte[] committed;
        try (InputStream file = getClass().getResourceAsStream(VERSION_1)) {
            committed = file.readAllBytes();
        }

        assertThat(CoordinatorStateFormat.read(committed)).isEqualTo(state());
    }

    @Test
    void keepsNoLoad() throws IOException {
        Replica busy =
                new Replica(
                        new ReplicaAddress("gpu-1", 9000),
                        "gpu-1",
                        ReplicaDevice.unknown(),
                        ReplicaState.READY,
                        Set.of(),
                        new ReplicaLoad(1, 2, 3, 4));
        Membership members =
                new Membership(PoolAddress.parse("flink://jm/pool"), 7, true, List.of(busy));

        CoordinatorState read =
                CoordinatorStateFormat.read(
                        CoordinatorStateFormat.write(
                                new CoordinatorState(List.of(members), List.of())));

        assertThat(read.members().get(0).isSeen()).isFalse();
        assertThat(read.members().get(0).replicas().get(0).load()).isEqualTo(ReplicaLoad.idle());
    }

    @Test
    void refusesAVersionThatItDoesNotKnow() throws IOException {
        byte[] bytes = CoordinatorStateFormat.write(state());
        bytes[0] = 2;

        assertThatThrownBy(() -> CoordinatorStateFormat.read(bytes))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "Cannot restore the state of an inference coordinator: its version is 2, and this one reads 1. Restore the job with the release that wrote it, or a later one.");
    }

    private static CoordinatorState state() {
        Replica replica =
                new Replica(
                        new ReplicaAddress("10.0.0.7", 9000, "replicas.example.org"),
                        "node-7",
                        new ReplicaDevice("GPU-1", "Größe H"),
                        ReplicaState.DRAINING,
                        Set.of(new ServedModel("digits", "3"), new ServedModel("echo", "")),
                        ReplicaLoad.idle());
        return new CoordinatorState(
                List.of(
                        Membership.remembered(
                                PoolAddress.parse("flink://jobmanager:8081/digits?weight=3.0"),
                                List.of(replica)),
                        Membership.unknown(PoolAddress.parse("static://gpu-1:9000"))),
                List.of(
                        new NodeBlock(
                                "node-7",
                                "its devices were lost",
                                Instant.ofEpochSecond(1_800_000_000, 123_456_789))));
    }
}
