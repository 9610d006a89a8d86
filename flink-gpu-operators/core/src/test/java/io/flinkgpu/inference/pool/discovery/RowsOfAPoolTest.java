package io.flinkgpu.inference.pool.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.ErrorAction;
import io.flinkgpu.inference.ErrorPolicy;
import io.flinkgpu.inference.InferenceConfig;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.operator.ErrorHandling;
import io.flinkgpu.inference.operator.InferenceSpec;
import io.flinkgpu.inference.operator.ModelClientProvider;
import io.flinkgpu.inference.operator.RowInference;
import io.flinkgpu.inference.operator.RowInferenceContext;
import io.flinkgpu.inference.operator.SubtaskPlace;
import io.flinkgpu.inference.operator.TestingPlace;
import io.flinkgpu.inference.pool.MembershipListener;
import io.flinkgpu.inference.pool.MembershipWatch;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.client.PoolClientConfig;
import io.flinkgpu.inference.pool.client.RemoteModelClient;
import io.flinkgpu.inference.pool.server.ReplicaLease;
import io.flinkgpu.inference.pool.server.TestingReplicaServer;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rows of a caller without a coordinator, on real replicas that come and go. */
@Timeout(120)
class RowsOfAPoolTest {

    private static final PoolAddress POOL = PoolAddress.parse("testing://here/p");
    private static final SimulatedModel MODEL =
            SimulatedModel.named("echo").ofRows(DataType.FLOAT32, Shape.of(1));

    private final TestingDiscovery discovery = new TestingDiscovery();
    private final PoolWatches watches = new PoolWatches(discovery.discoveries());

    @Test
    void rowsFollowTheMembers() throws Exception {
        try (TestingReplicaServer first = new TestingReplicaServer(TestingReplicaServer.options());
                TestingReplicaServer second =
                        new TestingReplicaServer(TestingReplicaServer.options());
                RowInference<Float, Float> inference = open()) {
            List<CompletableFuture<Float>> early = infer(inference, 0, 100);
            ReplicaLease ofFirst = first.readyLease(MODEL);
            assertThat(early).noneMatch(CompletableFuture::isDone);

            discovery.setMembers(POOL, true, ofFirst.describe());
            assertAnswered(early, 0);

            ReplicaLease ofSecond = second.readyLease(MODEL);
            discovery.setMembers(POOL, true, ofSecond.describe());
            ofFirst.close();
            assertAnswered(infer(inference, 100, 100), 100);

            discovery.setUnreachable(true);
            assertAnswered(infer(inference, 200, 100), 200);
            ofSecond.close();
        }
        assertThat(watches.size()).isZero();
    }

    private static List<CompletableFuture<Float>> infer(
            RowInference<Float, Float> inference, int from, int rows) {
        List<CompletableFuture<Float>> answers = new ArrayList<>();
        for (int row = from; row < from + rows; row++) {
            answers.add(inference.infer((float) row));
        }
        return answers;
    }

    private static void assertAnswered(List<CompletableFuture<Float>> answers, int from)
            throws Exception {
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).get(30, TimeUnit.SECONDS)).isEqualTo(from + i);
        }
    }

    private RowInference<Float, Float> open() throws Exception {
        return RowInference.open(
                new InferenceSpec<>(
                        new WatchedPool(watches),
                        (row, writer) -> writer.floats("input", row),
                        (row, answer) -> answer.floats("output")[0],
                        InferenceConfig.defaults(),
                        0,
                        null,
                        Map.of(),
                        new ErrorHandling<>(ErrorPolicy.always(ErrorAction.FAIL), null, null)),
                new RowInferenceContext(new TestingPlace(), new UnregisteredMetricsGroup(), 200));
    }

    /** As mode separated, with watches of its own. */
    private record WatchedPool(PoolWatches watches) implements ModelClientProvider {

        private static PoolClientConfig config() {
            return PoolClientConfig.from(
                    new Configuration().set(PoolOptions.ADDRESSES, List.of(POOL.toString())),
                    Map.of());
        }

        @Override
        public ModelClient connect(SubtaskPlace place) throws IOException {
            ModelRef model = MODEL.ref();
            return RemoteModelClient.connect(model, config(), place.localAddress());
        }

        @Override
        public List<PoolAddress> pools() {
            return List.of(POOL);
        }

        @Override
        public MembershipWatch watchPools(Configuration options, MembershipListener listener) {
            return watches.watch(pools(), options, listener);
        }
    }
}
