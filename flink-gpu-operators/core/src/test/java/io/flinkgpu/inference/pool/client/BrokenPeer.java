package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** A machine that resets each connection as soon as something is sent on it. */
final class BrokenPeer implements AutoCloseable {

    private final ServerSocket socket;
    private final AtomicInteger connections = new AtomicInteger();

    /** The client went first, or the peer was closed. */
    private volatile IOException lastEnd;

    private BrokenPeer(ServerSocket socket) {
        this.socket = socket;
    }

    static BrokenPeer start() throws IOException {
        BrokenPeer peer =
                new BrokenPeer(new ServerSocket(0, 50, InetAddress.getByName("localhost")));
        Thread thread = new Thread(peer::run, "broken-peer");
        thread.setDaemon(true);
        thread.start();
        return peer;
    }

    Replica asMember() {
        return Replica.at(new ReplicaAddress("localhost", socket.getLocalPort()));
    }

    @Override
    public String toString() {
        return "BrokenPeer[port=%d, lastEnd=%s]".formatted(socket.getLocalPort(), lastEnd);
    }

    int connections() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void run() {
        while (!socket.isClosed()) {
            try (Socket connection = socket.accept()) {
                connections.incrementAndGet();
                int unused = connection.getInputStream().read();
                connection.setSoLinger(true, 0);
            } catch (IOException gone) {
                lastEnd = gone;
            }
        }
    }
}
