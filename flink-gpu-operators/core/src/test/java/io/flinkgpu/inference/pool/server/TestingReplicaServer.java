package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.model.simulated.SimulatedRuntime;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.pool.protocol.InferenceProtocol;
import io.flinkgpu.inference.pool.protocol.ProtocolLimits;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;

/** A server with hosts, timers and devices of its own, and clients of it. */
public final class TestingReplicaServer implements AutoCloseable {

    static final ProtocolLimits LIMITS = new ProtocolLimits(32 << 20, 1 << 24, 1 << 20);

    final DeviceLeaseTable devices = new DeviceLeaseTable();
    final ReplicaServer server;
    final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private ManagedChannel channel;

    public TestingReplicaServer(Configuration options) {
        ModelHost host = new ModelHost(List.of(new SimulatedRuntime()), timer);
        this.server =
                new ReplicaServer(
                        ReplicaServerConfig.from(options, "machine"), host, devices, timer);
    }

    /** No lingering, and no health checks between the requests of a test. */
    public static Configuration options() {
        return new Configuration()
                .set(PoolOptions.SERVER_LINGER, Duration.ZERO)
                .set(PoolOptions.SERVER_HEALTH_INTERVAL, Duration.ofHours(1));
    }

    /** Rows of two floats. */
    static SimulatedModel pairs(String name) {
        return SimulatedModel.named(name).ofRows(DataType.FLOAT32, Shape.of(2));
    }

    static ReplicaRequest request(String name, ModelRef model) {
        return new ReplicaRequest("pool", Map.of(name, model), 8, 1, null);
    }

    ReplicaLease lease(SimulatedModel model) {
        return server.lease(request(model.name(), model.ref()), List.of(), "test");
    }

    public ReplicaLease readyLease(SimulatedModel model) throws Exception {
        ReplicaLease lease = lease(model);
        lease.ready().get(30, TimeUnit.SECONDS);
        return lease;
    }

    int port() {
        return server.address().orElseThrow().port();
    }

    ManagedChannel channel() {
        if (channel == null) {
            channel =
                    NettyChannelBuilder.forAddress("127.0.0.1", port())
                            .usePlaintext()
                            .maxInboundMessageSize(64 << 20)
                            .build();
        }
        return channel;
    }

    static InferRequest pairsRequest(String model, int rows) {
        return new InferRequest(
                new ServedModel(model, ""), "", Map.of(), pairsBatch(rows), List.of());
    }

    static TensorBatch pairsBatch(int rows) {
        float[] values = new float[rows * 2];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return TensorBatch.of("input", Tensor.ofFloats(Shape.of(rows, 2), values));
    }

    InferResponse infer(InferRequest request) {
        return ClientCalls.blockingUnaryCall(
                channel(), InferenceProtocol.modelInfer(LIMITS), CallOptions.DEFAULT, request);
    }

    Future<InferResponse> inferLater(InferRequest request) {
        return inferLater(request, CallOptions.DEFAULT);
    }

    Future<InferResponse> inferLater(InferRequest request, CallOptions options) {
        return ClientCalls.futureUnaryCall(
                channel().newCall(InferenceProtocol.modelInfer(LIMITS), options), request);
    }

    /** Leaves the port to close by itself, which takes the network library seconds. */
    @Override
    public void close() {
        if (channel != null) {
            channel.shutdownNow();
        }
        CompletableFuture<?> unused =
                server.drain().whenComplete((drained, failure) -> timer.shutdownNow());
    }
}
