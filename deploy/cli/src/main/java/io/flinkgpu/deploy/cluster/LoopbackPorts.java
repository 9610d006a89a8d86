package io.flinkgpu.deploy.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.annotation.Internal;

/**
 * Free TCP ports of the loopback interface. A port is free at the moment of the call, nobody keeps
 * it so.
 */
@Internal
public final class LoopbackPorts {

    // Linux takes the ports of outgoing connections from 32768 up: one of these would now and then
    // take a port from there before the process that it is meant for.
    private static final int LOWEST = 20_000;
    private static final int BEHIND_HIGHEST = 32_000;
    private static final int TRIES = 100;

    private LoopbackPorts() {}

    /**
     * Checks that a port is free.
     *
     * @throws ClusterException if it is taken
     */
    public static int requireFree(int port) {
        try (ServerSocket socket = bind(port)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new ClusterException(
                    "Cannot start the cluster: port %d is taken. Choose another one by --port, or 0 for any."
                            .formatted(port),
                    e);
        }
    }

    /**
     * Any free port that no outgoing connection takes.
     *
     * @throws ClusterException if a hundred are taken
     */
    public static int anyFree() {
        IOException last = null;
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, BEHIND_HIGHEST);
            try (ServerSocket socket = bind(port)) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                last = taken;
            }
        }
        throw new ClusterException("Cannot find a free port: " + last.getMessage(), last);
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
