package io.flinkgpu.inference.python;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;

/**
 * The socket between this process and a worker, and the frames on it.
 *
 * <p>Any thread sends; one thread receives. Closing it ends both.
 */
final class WorkerChannel implements AutoCloseable {

    private static final int MAX_READ_BYTES = 1 << 20;

    private final SocketChannel socket;

    WorkerChannel(SocketChannel socket) {
        this.socket = socket;
    }

    /**
     * Sends a frame and what follows it, whole.
     *
     * @throws IOException if the worker is gone
     */
    synchronized void send(FrameWriter frame, List<ByteBuffer> payload) throws IOException {
        // An interrupt that is left over in a thread would close the socket.
        boolean interrupted = Thread.interrupted();
        try {
            long bytes = payload.stream().mapToLong(ByteBuffer::remaining).sum();
            write(frame.frame(bytes));
            for (ByteBuffer buffer : payload) {
                write(buffer);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits for the next frame; empty when the worker is gone, or the channel was closed. */
    Optional<Frame> receive() throws IOException {
        ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (!fill(length)) {
            return Optional.empty();
        }
        ByteBuffer body = ByteBuffer.allocate(length.getInt(0));
        return fill(body) ? Optional.of(new Frame(body.flip())) : Optional.empty();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failure) {
            throw new IllegalStateException("Cannot close socket: " + failure, failure);
        }
    }

    private void write(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            socket.write(buffer);
        }
    }

    private boolean fill(ByteBuffer buffer) throws IOException {
        try {
            int end = buffer.limit();
            while (buffer.position() < end) {
                // The JDK keeps native memory as large as the largest read, for each thread.
                buffer.limit((int) Math.min(end, (long) buffer.position() + MAX_READ_BYTES));
                if (socket.read(buffer) < 0) {
                    return false;
                }
            }
            return true;
        } catch (ClosedChannelException closedHere) {
            return false;
        }
    }
}
