package io.flinkgpu.deploy.pool;

import static io.flinkgpu.deploy.pool.TestingMembers.replica;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaState;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.Test;

class PoolStatusTextTest {

    @Test
    void listsReplicasByAddressBelowTheirPool() {
        PoolStatus status =
                status(
                        Optional.empty(),
                        replica(9002, ReplicaState.READY),
                        replica(9001, ReplicaState.LOADING));

        assertThat(text(List.of(status)).lines())
                .containsExactly(
                        "Pool flink://localhost:8082/digits: running, 1 of 3 replicas ready (1 to 4)",
                        "REPLICA         NODE    DEVICE           STATE    MODELS            WAITING  RUNNING  ROWS  ROWS/S",
                        "localhost:9001  node-a  simulated gpu-0  loading  digits version 1  3        32       1000  12.3",
                        "localhost:9002  node-a  simulated gpu-0  ready    digits version 1  3        32       1000  12.3");
    }

    @Test
    void saysWhyThereAreNoReplicas() {
        assertThat(text(List.of(status(Optional.of("Cannot ask it.")))))
                .endsWith("Cannot ask it.\n");
        assertThat(text(List.of())).isEqualTo("No pool runs.\n");
    }

    @Test
    void jsonHasTheSame() throws IOException {
        PoolStatus status = status(Optional.empty(), replica(9001, ReplicaState.READY));

        String line = PoolStatusJson.of(List.of(status));

        assertThat(line).doesNotContain("\n");
        JsonNode pool = new ObjectMapper().readTree(line).path(0);
        assertThat(pool.path("address").asText()).isEqualTo("flink://localhost:8082/digits");
        assertThat(pool.path("state").asText()).isEqualTo("RUNNING");
        assertThat(pool.path("replicasWanted").asInt()).isEqualTo(3);
        assertThat(pool.path("replicasReady").asInt()).isEqualTo(1);
        assertThat(pool.path("restarts").asInt()).isEqualTo(2);
        JsonNode replica = pool.path("replicas").path(0);
        assertThat(replica.path("state").asText()).isEqualTo("READY");
        assertThat(replica.path("waitingRows").asInt()).isEqualTo(3);
        assertThat(replica.path("rowsServed").asLong()).isEqualTo(1000);
        assertThat(replica.path("models").path(0).path("name").asText()).isEqualTo("digits");
    }

    private static PoolStatus status(Optional<String> problem, Replica... replicas) {
        return new PoolStatus(
                PoolAddress.parse("flink://localhost:8082/digits"),
                new JobID(),
                JobStatus.RUNNING,
                new PoolSize(3, 1, 4),
                OptionalLong.of(2),
                true,
                List.of(replicas),
                problem);
    }

    private static String text(List<PoolStatus> statuses) {
        StringWriter out = new StringWriter();
        PoolStatusText.print(statuses, new PrintWriter(out, true));
        return out.toString();
    }
}
