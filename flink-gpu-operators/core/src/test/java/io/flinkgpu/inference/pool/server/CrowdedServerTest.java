package io.flinkgpu.inference.pool.server;

import static io.flinkgpu.inference.pool.server.TestingReplicaServer.LIMITS;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairsRequest;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.pool.protocol.InferenceProtocol;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More large messages at once than a server has memory for. */
@Timeout(120)
class CrowdedServerTest {

    private static final int MEBIBYTES = 12;
    private static final int CROWD = 16;
    private static final int ROUNDS = 3;

    private final List<ManagedChannel> channels = new ArrayList<>();
    private Process process;
    private int port;

    @BeforeEach
    void start() throws Exception {
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-XX:MaxDirectMemorySize=384m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CrowdedServerProcess.class.getName())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = said.readLine();
        while (!line.matches("\\d+")) {
            line = said.readLine();
        }
        port = Integer.parseInt(line);
        drain(said);
    }

    @AfterEach
    void stop() {
        channels.forEach(ManagedChannel::shutdownNow);
        process.destroyForcibly();
    }

    @Test
    void answersOrPushesBackAndSparesTheNeighbours() throws Exception {
        ManagedChannel shared = channel();
        for (int round = 0; round < ROUNDS; round++) {
            Future<InferResponse> neighbour = send(shared, pairsRequest("small", 1));
            List<Future<InferResponse>> crowd = new ArrayList<>();
            for (int i = 0; i < CROWD; i++) {
                crowd.add(send(i % 2 == 0 ? shared : channel(), large()));
            }

            List<Status.Code> ends = new ArrayList<>();
            for (Future<InferResponse> each : crowd) {
                ends.add(end(each));
            }

            assertThat(ends)
                    .contains(Status.Code.OK, Status.Code.RESOURCE_EXHAUSTED)
                    .containsOnly(Status.Code.OK, Status.Code.RESOURCE_EXHAUSTED);
            assertThat(end(neighbour)).isEqualTo(Status.Code.OK);
        }
        assertThat(end(send(shared, large()))).isEqualTo(Status.Code.OK);
    }

    /** A process whose output nobody reads would stop in the end. */
    private static void drain(BufferedReader output) {
        Thread reader = new Thread(() -> output.lines().forEach(line -> {}), "output");
        reader.setDaemon(true);
        reader.start();
    }

    private static Status.Code end(Future<InferResponse> call) throws InterruptedException {
        try {
            call.get().close();
            return Status.Code.OK;
        } catch (ExecutionException failure) {
            return Status.fromThrowable(failure).getCode();
        }
    }

    private static Future<InferResponse> send(ManagedChannel channel, InferRequest request) {
        return ClientCalls.futureUnaryCall(
                channel.newCall(InferenceProtocol.modelInfer(LIMITS), CallOptions.DEFAULT),
                request);
    }

    private ManagedChannel channel() {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port)
                        .usePlaintext()
                        .maxInboundMessageSize(64 << 20)
                        .build();
        channels.add(channel);
        return channel;
    }

    private static InferRequest large() {
        return new InferRequest(
                new ServedModel("large", ""),
                "",
                Map.of(),
                TensorBatch.of("input", Tensor.zeros(DataType.UINT8, Shape.of(MEBIBYTES, 1 << 20))),
                List.of());
    }
}
