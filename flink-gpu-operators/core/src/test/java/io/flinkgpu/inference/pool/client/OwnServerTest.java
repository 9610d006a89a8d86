package io.flinkgpu.inference.pool.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.pool.MembersChanged;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.server.ReplicaLease;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.inference.pool.server.ReplicaServer;
import io.flinkgpu.inference.pool.server.ReplicaServerConfig;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client against the server that our pools run. */
@Timeout(60)
class OwnServerTest {

    private static final ModelRef MODEL =
            SimulatedModel.named("echo").ofRows(DataType.FLOAT32, Shape.of(3)).ref();

    @Test
    void answersABatch() throws Exception {
        ReplicaServer server =
                ReplicaServer.ofProcess(
                        ReplicaServerConfig.from(
                                Configuration.fromMap(Map.of("pool.server.linger", "1 ms")),
                                "localhost"));
        try (ClientHarness harness = new ClientHarness();
                ReplicaLease lease =
                        server.lease(
                                new ReplicaRequest(
                                        "p", Map.of(MODEL.servedName(), MODEL), 32, 1, null),
                                List.of(),
                                "test")) {
            lease.ready().get(20, TimeUnit.SECONDS);
            Replica replica = lease.describe();
            RemoteModelClient client =
                    new RemoteModelClient(
                            MODEL,
                            ClientHarness.config(),
                            harness.connections.acquire(ClientHarness.config(), ""));
            client.membersChanged(
                    new MembersChanged(
                            List.of(
                                    new Membership(
                                            ClientHarness.POOL, 1, true, List.of(replica)))));
            var signature = client.ready().get(20, TimeUnit.SECONDS).signature();
            TensorBatch batch =
                    TensorBatch.of(
                            signature.inputs().get(0).name(),
                            Tensor.ofFloats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6));

            InferenceResult result = client.infer(batch).get(20, TimeUnit.SECONDS);

            assertThat(result.outputs().rows()).isEqualTo(2);
            assertThat(result.outputs().onlyTensor().toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
            result.outputs().close();
            client.close();
        }
    }
}
