package io.flinkgpu.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.pool.protocol.InferenceProtocol;
import io.flinkgpu.inference.pool.protocol.ProtocolLimits;
import io.flinkgpu.inference.pool.protocol.grpc.GRPCInferenceServiceGrpc;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataResponse;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.inference.pool.server.ReplicaServer;
import io.flinkgpu.inference.pool.server.ReplicaServerConfig;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two versions of a TensorFlow model, which take rows of different width. */
@Timeout(120)
class ServedSavedModelTest {

    private static final int OUTPUTS = 10;

    @TempDir static Path directory;
    private static final ProtocolLimits LIMITS = new ProtocolLimits(32 << 20, 1 << 24, 1 << 20);
    private static final ScheduledExecutorService TIMER = Executors.newScheduledThreadPool(1);
    private static ReplicaServer server;
    private static ManagedChannel channel;

    @BeforeAll
    static void start() throws Exception {
        TestingSavedModels.perceptron(directory.resolve("9"), 4);
        TestingSavedModels.perceptron(directory.resolve("10"), 3);
        Configuration options =
                new Configuration()
                        .set(PoolOptions.SERVER_LINGER, Duration.ZERO)
                        .set(PoolOptions.SERVER_HEALTH_INTERVAL, Duration.ofHours(1));
        server =
                new ReplicaServer(
                        ReplicaServerConfig.from(options, "machine"),
                        new ModelHost(List.of(new TensorFlowRuntime()), TIMER),
                        new DeviceLeaseTable(),
                        TIMER);
        ModelRef model = ModelRef.savedModel(directory.toString());
        server.lease(
                        new ReplicaRequest("pool", Map.of("digits", model), 8, 1, null),
                        List.of(),
                        "test")
                .ready()
                .get(60, TimeUnit.SECONDS);
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", server.address().orElseThrow().port())
                        .usePlaintext()
                        .build();
    }

    @AfterAll
    static void close() {
        channel.shutdownNow();
        CompletableFuture<?> unused =
                server.drain().whenComplete((drained, failure) -> TIMER.shutdownNow());
    }

    @Test
    void runsTheHighestVersionWhereNoneIsAskedFor() {
        try (InferResponse response = infer(rows("", 2, 3))) {
            assertThat(response.model()).isEqualTo(new ServedModel("digits", "10"));
            assertThat(response.outputs().onlyTensor().shape()).isEqualTo(Shape.of(2, OUTPUTS));
            assertThat(sum(response.outputs().onlyTensor().toFloats())).isCloseTo(2, within(1e-5));
        }
    }

    @Test
    void runsTheVersionThatIsAskedFor() {
        try (InferResponse response = infer(rows("9", 1, 4))) {
            assertThat(response.model()).isEqualTo(new ServedModel("digits", "9"));
            assertThat(response.outputs().rows()).isEqualTo(1);
        }
    }

    @Test
    void doesNotFindAVersionThatIsNotThere() {
        assertThatThrownBy(() -> infer(rows("1", 1, 3)))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessage(
                        "NOT_FOUND: Cannot find model 'digits version 1': this server has digits"
                                + " [9, 10].");
    }

    @Test
    void refusesRowsOfTheOtherVersion() {
        assertThatThrownBy(() -> infer(rows("9", 1, 3)))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessage(
                        "INVALID_ARGUMENT: Cannot run signature 'serving_default': input 'x'"
                                + " expects [-1, 4] float32 but got [1, 3] float32.");
    }

    @Test
    void describesTheVersionThatIsAskedFor() {
        ModelMetadataResponse metadata =
                GRPCInferenceServiceGrpc.newBlockingStub(channel)
                        .modelMetadata(
                                ModelMetadataRequest.newBuilder()
                                        .setName("digits")
                                        .setVersion("9")
                                        .build());

        assertThat(metadata.getVersionsList()).containsExactly("9", "10");
        assertThat(metadata.getPlatform()).isEqualTo("tensorflow_savedmodel");
        assertThat(metadata.getInputs(0).getShapeList()).containsExactly(-1L, 4L);
        assertThat(metadata.getOutputs(0).getShapeList()).containsExactly(-1L, (long) OUTPUTS);
    }

    private static InferResponse infer(InferRequest request) {
        return ClientCalls.blockingUnaryCall(
                channel, InferenceProtocol.modelInfer(LIMITS), CallOptions.DEFAULT, request);
    }

    private static InferRequest rows(String version, int rows, int width) {
        return new InferRequest(
                new ServedModel("digits", version),
                "",
                Map.of(),
                TensorBatch.of(
                        "x", Tensor.ofFloats(Shape.of(rows, width), new float[rows * width])),
                List.of());
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }
}
