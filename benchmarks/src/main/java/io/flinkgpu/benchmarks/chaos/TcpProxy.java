package io.flinkgpu.benchmarks.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Passes the bytes of connections on to a target that may change, and cuts them when told to.
 *
 * <p>Connects on the loopback interface; each connection has two daemon threads. Safe for use by
 * many threads.
 */
final class TcpProxy implements AutoCloseable {

    private static final int CONNECT_MILLIS = 2_000;
    private static final int BUFFER_BYTES = 1 << 16;

    private final ServerSocket server;
    private final Supplier<Optional<InetSocketAddress>> target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    /**
     * Starts to listen on a free port.
     *
     * @param target where a connection that comes goes to; empty refuses it
     */
    TcpProxy(Supplier<Optional<InetSocketAddress>> target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("accept", this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Cuts all connections and refuses new ones until {@link #mend()}. */
    void cut() {
        cut = true;
        sockets.forEach(TcpProxy::closeQuietly);
        sockets.clear();
    }

    void mend() {
        cut = false;
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                start("connect", () -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        Socket replica = new Socket();
        try {
            InetSocketAddress address = target.get().orElse(null);
            if (cut || address == null) {
                closeQuietly(client);
                return;
            }
            replica.connect(address, CONNECT_MILLIS);
            client.setTcpNoDelay(true);
            replica.setTcpNoDelay(true);
        } catch (IOException unreachable) {
            closeQuietly(client);
            closeQuietly(replica);
            return;
        }
        sockets.add(client);
        sockets.add(replica);
        start("to-replica", () -> copy(client, replica));
        start("to-client", () -> copy(replica, client));
    }

    private void copy(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
            }
        } catch (IOException over) {
            // one side has gone, and the other follows below
        }
        closeQuietly(from);
        closeQuietly(to);
        sockets.remove(from);
        sockets.remove(to);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            // that is what was wanted
        }
    }

    private static void start(String role, Runnable work) {
        Thread thread = new Thread(work, "chaos-proxy-" + role);
        thread.setDaemon(true);
        thread.start();
    }
}
