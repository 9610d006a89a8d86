package io.flinkgpu.inference.pool.server;

import static io.flinkgpu.inference.pool.server.TestingReplicaServer.options;

import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.pool.protocol.InferenceProtocol;
import io.flinkgpu.inference.pool.protocol.ProtocolLimits;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A process that sends a tensor to its own server and compares it with what comes back. */
final class LargeTransferProcess {

    static final String SAME = "same";

    private static final String MODEL = "echo";
    private static final int MEBIBYTE = 1 << 20;
    private static final int PAGE = 4096;

    private LargeTransferProcess() {}

    /** Takes the tensor's size in MiB. */
    public static void main(String[] arguments) throws Exception {
        int rows = Integer.parseInt(arguments[0]);
        try (TestingReplicaServer server = new TestingReplicaServer(options())) {
            ReplicaLease unused =
                    server.readyLease(
                            SimulatedModel.named(MODEL)
                                    .ofRows(DataType.UINT8, Shape.of(MEBIBYTE))
                                    .taking(Duration.ZERO, Duration.ZERO));
            ManagedChannel channel =
                    NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                            .usePlaintext()
                            .maxInboundMessageSize(Integer.MAX_VALUE)
                            .build();
            say(transfer(channel, rows) ? SAME : "different");
            channel.shutdownNow();
        }
        System.exit(0);
    }

    private static boolean transfer(ManagedChannel channel, int rows) {
        ByteBuffer content = content(rows * MEBIBYTE);
        InferRequest request =
                new InferRequest(
                        new ServedModel(MODEL, ""),
                        "",
                        Map.of(),
                        TensorBatch.of(
                                "input",
                                Tensor.wrap(DataType.UINT8, Shape.of(rows, MEBIBYTE), content)),
                        List.of());
        ProtocolLimits limits = new ProtocolLimits(1 << 29, 1 << 29, 1);
        try (InferResponse response =
                ClientCalls.blockingUnaryCall(
                        channel,
                        InferenceProtocol.modelInfer(limits),
                        CallOptions.DEFAULT,
                        request)) {
            return response.outputs().onlyTensor().data().mismatch(content) == -1;
        }
    }

    private static ByteBuffer content(int bytes) {
        ByteBuffer content = ByteBuffer.allocate(bytes);
        for (int at = 0; at < bytes; at += PAGE) {
            content.putInt(at, at * 31);
        }
        return content;
    }

    @SuppressWarnings("SystemOut") // how it talks to the process that started it
    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
