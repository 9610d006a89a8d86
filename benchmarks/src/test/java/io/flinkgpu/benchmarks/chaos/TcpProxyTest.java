package io.flinkgpu.benchmarks.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TcpProxyTest {

    private ServerSocket server;
    private Optional<InetSocketAddress> target;
    private TcpProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        target =
                Optional.of(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), server.getLocalPort()));
        proxy = new TcpProxy(() -> target);
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void passesBytesBothWays() throws IOException {
        try (Socket client = connect();
                Socket replica = server.accept()) {
            client.getOutputStream().write(7);
            assertThat(replica.getInputStream().read()).isEqualTo(7);
            replica.getOutputStream().write(8);
            assertThat(client.getInputStream().read()).isEqualTo(8);
        }
    }

    @Test
    void cutsConnectionsAndRefusesNewOnesUntilItIsMended() throws IOException {
        try (Socket client = connect();
                Socket replica = server.accept()) {
            client.getOutputStream().write(7);
            assertThat(replica.getInputStream().read()).isEqualTo(7);

            proxy.cut();

            assertThat(isOpen(client)).isFalse();
            try (Socket refused = connect()) {
                assertThat(isOpen(refused)).isFalse();
            }
        }
        proxy.mend();
        passesBytesBothWays();
    }

    @Test
    void refusesConnectionsWithoutATarget() throws IOException {
        target = Optional.empty();

        try (Socket client = connect()) {
            assertThat(isOpen(client)).isFalse();
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }

    private static boolean isOpen(Socket socket) {
        try {
            return socket.getInputStream().read() >= 0;
        } catch (IOException reset) {
            return false;
        }
    }
}
