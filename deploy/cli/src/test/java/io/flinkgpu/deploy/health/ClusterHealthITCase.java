package io.flinkgpu.deploy.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Coordinators are found by the names of their stages, whatever these are. */
class ClusterHealthITCase {

    private MiniCluster cluster;

    @BeforeEach
    void startCluster() throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.BIND_PORT, "0");
        cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(1)
                                .build());
        cluster.start();
    }

    @AfterEach
    void stopCluster() throws Exception {
        cluster.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classify", "images/classify", "classify? 100 %2F #1+ü"})
    void findsStage(String name) throws Exception {
        run(name);
        URI rest = cluster.getRestAddress().get();

        try (ClusterHealth health = new ClusterHealth(rest, null)) {
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () ->
                                    assertThat(health.list())
                                            .extracting(ClusterHealth.Keeper::uid)
                                            .isEqualTo(List.of(name)));
        }
    }

    private void run(String stage) throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        environment.setParallelism(1);
        Inference.on(environment.fromSequence(1, Long.MAX_VALUE - 1))
                .model(SimulatedModel.named("echo").ofRows(DataType.INT64, Shape.scalar()).ref())
                .encode((row, writer) -> writer.longs("", Shape.scalar(), row))
                .decode((row, answer) -> answer.longs()[0])
                .apply(stage)
                .returns(Types.LONG)
                .sinkTo(new DiscardingSink<>());
        cluster.submitJob(environment.getStreamGraph().getJobGraph()).get();
    }
}
