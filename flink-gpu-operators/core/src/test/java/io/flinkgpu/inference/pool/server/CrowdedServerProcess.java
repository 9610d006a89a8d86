package io.flinkgpu.inference.pool.server;

import static io.flinkgpu.inference.pool.server.TestingReplicaServer.options;
import static io.flinkgpu.inference.pool.server.TestingReplicaServer.pairs;

import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.io.IOException;
import java.time.Duration;

/** A process that serves until its input ends, and says on which port. */
final class CrowdedServerProcess {

    static final String SMALL = "small";
    static final String LARGE = "large";
    static final int ROW_BYTES = 1 << 20;

    private CrowdedServerProcess() {}

    public static void main(String[] arguments) throws Exception {
        TestingReplicaServer server = new TestingReplicaServer(options());
        server.readyLease(pairs(SMALL).taking(Duration.ofMillis(500), Duration.ZERO));
        server.readyLease(
                SimulatedModel.named(LARGE)
                        .ofRows(DataType.UINT8, Shape.of(ROW_BYTES))
                        .taking(Duration.ZERO, Duration.ZERO));
        say(String.valueOf(server.port()));
        awaitEndOfInput();
        System.exit(0);
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            // What comes is of no interest.
        }
    }

    @SuppressWarnings("SystemOut") // how it talks to the process that started it
    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
