package io.flinkgpu.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.deploy.observe.Progress;
import io.flinkgpu.inference.pool.PoolAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.Test;

/** Pools where nobody listens. */
class PoolFollowerTest {

    @Test
    void saysOfEachPoolWhyItDoesNotAnswer() throws Exception {
        int port = closedPort();
        List<String> problems =
                problems("flink://127.0.0.1:" + port + "/digits", "static://127.0.0.1:" + port);

        assertThat(problems).hasSize(2);
        assertThat(problems.get(0))
                .startsWith("pool flink://127.0.0.1:%d/digits does not answer: ".formatted(port))
                .contains("refused");
        assertThat(problems.get(1))
                .startsWith(
                        "pool static://127.0.0.1:%d does not answer: Cannot connect to 127.0.0.1:%d ("
                                .formatted(port, port))
                .contains("refused");
    }

    @Test
    void oneAddressThatTakesConnectionsIsEnough() throws Exception {
        try (ServerSocket open = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String static2 =
                    "static://127.0.0.1:%d,127.0.0.1:%d"
                            .formatted(closedPort(), open.getLocalPort());

            assertThat(problems("flink://127.0.0.1:" + closedPort() + "/digits", static2))
                    .isEmpty();
        }
    }

    private static List<String> problems(String... addresses) throws InterruptedException {
        List<PoolAddress> pools = Arrays.stream(addresses).map(PoolAddress::parse).toList();
        try (PoolFollower follower = new PoolFollower(pools, null)) {
            String unused =
                    follower.progressed(Progress.none(JobStatus.RUNNING, Duration.ofSeconds(1)));
            return follower.problems();
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
