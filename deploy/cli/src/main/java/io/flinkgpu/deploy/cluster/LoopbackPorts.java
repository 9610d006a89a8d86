package io.flinkgpu.deploy.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Free TCP ports of the loopback interface. A port is free at the moment of the call, nobody keeps
 * it so.
 */
final class LoopbackPorts {

    private LoopbackPorts() {}

    /**
     * Checks that a port is free.
     *
     * @throws ClusterException if it is taken
     */
    static int requireFree(int port) {
        try (ServerSocket socket = bind(port)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new ClusterException(
                    "Cannot start the cluster: port %d is taken. Choose another one by --port, or 0 for any."
                            .formatted(port),
                    e);
        }
    }

    /** Any free port. */
    static int anyFree() {
        try (ServerSocket socket = bind(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new ClusterException("Cannot find a free port: " + e.getMessage(), e);
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
