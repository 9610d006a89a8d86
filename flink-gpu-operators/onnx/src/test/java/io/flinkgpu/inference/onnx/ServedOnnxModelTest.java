package io.flinkgpu.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.protocol.grpc.GRPCInferenceServiceGrpc;
import io.flinkgpu.inference.pool.protocol.grpc.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.flinkgpu.inference.pool.protocol.grpc.ModelConfig;
import io.flinkgpu.inference.pool.protocol.grpc.ModelConfigRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataResponse;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.inference.pool.server.ReplicaServer;
import io.flinkgpu.inference.pool.server.ReplicaServerConfig;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a replica server says of an ONNX model. */
@Timeout(60)
class ServedOnnxModelTest {

    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);

    @TempDir private Path directory;
    private ReplicaServer server;
    private ManagedChannel channel;
    private GRPCInferenceServiceBlockingStub calls;

    @BeforeEach
    void start() throws Exception {
        Path file =
                TestingOnnxModels.sumAndDifference()
                        .producer("a trainer", "org.example", 7)
                        .property("classes", "0,1")
                        .write(directory.resolve("two.onnx"));
        Configuration options =
                new Configuration()
                        .set(PoolOptions.SERVER_LINGER, Duration.ZERO)
                        .set(PoolOptions.SERVER_HEALTH_INTERVAL, Duration.ofHours(1));
        server =
                new ReplicaServer(
                        ReplicaServerConfig.from(options, "machine"),
                        new ModelHost(List.of(new OnnxRuntime()), timer),
                        new DeviceLeaseTable(),
                        timer);
        ModelRef model = ModelRef.onnx(file.toString());
        server.lease(
                        new ReplicaRequest("pool", Map.of(model.servedName(), model), 8, 1, null),
                        List.of(),
                        "test")
                .ready()
                .get(60, TimeUnit.SECONDS);
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", server.address().orElseThrow().port())
                        .usePlaintext()
                        .build();
        calls = GRPCInferenceServiceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        CompletableFuture<?> unused =
                server.drain().whenComplete((drained, failure) -> timer.shutdownNow());
    }

    @Test
    void namesThePlatformAsCommonServersDo() {
        ModelMetadataResponse metadata =
                calls.modelMetadata(ModelMetadataRequest.newBuilder().setName("two").build());

        assertThat(metadata.getPlatform()).isEqualTo("onnxruntime_onnx");
        assertThat(metadata.getVersionsList()).containsExactly("1");
        assertThat(metadata.getInputs(0).getName()).isEqualTo("b");
        assertThat(metadata.getOutputs(1).getName()).isEqualTo("difference");
    }

    @Test
    void tellsWhatTheFileSaysOfItself() {
        ModelConfig config =
                calls.modelConfig(ModelConfigRequest.newBuilder().setName("two").build())
                        .getConfig();

        assertThat(config.getBackend()).isEqualTo("onnx");
        assertThat(config.getParametersMap().keySet())
                .containsExactlyInAnyOrder(
                        "producer_name",
                        "domain",
                        "graph_name",
                        "model_version",
                        "opset",
                        "property.classes");
        assertThat(config.getParametersOrThrow("opset").getStringValue()).isEqualTo("17");
    }
}
