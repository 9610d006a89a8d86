package io.flinkgpu.inference.pool.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.InferRequest;
import io.flinkgpu.inference.pool.protocol.InferResponse;
import io.flinkgpu.inference.pool.protocol.InferenceProtocol;
import io.flinkgpu.inference.pool.protocol.ProtocolLimits;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TerminationDrainTest {

    /** Longer than Flink lets a shutdown last. */
    private static final String RUN_MILLIS = "7000";

    private static final int EXIT_BY_SIGTERM = 143;
    private static final ProtocolLimits LIMITS = new ProtocolLimits(1 << 20, 1 << 20, 1 << 20);

    @Test
    void finishesWhatRunsBeforeTheProcessEnds() throws Exception {
        Process process = start();
        ManagedChannel channel = null;
        try {
            BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
            int port =
                    Integer.parseInt(
                            next(lines, DrainingProcess.PORT)
                                    .substring(DrainingProcess.PORT.length()));
            channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
            Future<InferResponse> answer = infer(channel);
            next(lines, DrainingProcess.RUNNING);

            process.destroy();

            assertThat(answer.get(60, TimeUnit.SECONDS).outputs().rows()).isEqualTo(1);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(EXIT_BY_SIGTERM);
        } finally {
            if (channel != null) {
                channel.shutdownNow();
            }
            process.destroyForcibly();
        }
    }

    private static Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DrainingProcess.class.getName(),
                        RUN_MILLIS)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String next(BufferedReader lines, String start) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(start)) {
                return line;
            }
        }
        throw new IOException("Cannot read '" + start + "': the process has ended.");
    }

    private static Future<InferResponse> infer(ManagedChannel channel) {
        InferRequest request =
                new InferRequest(
                        new ServedModel(DrainingProcess.MODEL, ""),
                        "",
                        Map.of(),
                        TensorBatch.of("input", Tensor.ofFloats(Shape.of(1, 2), 1, 2)),
                        List.of());
        return ClientCalls.futureUnaryCall(
                channel.newCall(InferenceProtocol.modelInfer(LIMITS), CallOptions.DEFAULT),
                request);
    }
}
