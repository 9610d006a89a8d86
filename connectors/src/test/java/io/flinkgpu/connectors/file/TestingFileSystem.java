package io.flinkgpu.connectors.file;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.core.fs.BlockLocation;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalDataInputStream;
import org.apache.flink.core.fs.local.LocalFileSystem;

/**
 * The local files under the scheme {@code testing}, with faults chosen by name: a directory named
 * {@code denied} cannot be listed, one named {@code unanswered} is listed as null, one named {@code
 * written} can be listed the third time only, one named {@code vanishing} never, a file named
 * {@code denied.jpg} cannot be opened, opening a file named {@code gated.jpg} waits for the gate,
 * and a file named {@code failing.tar} fails while it is read. Counts its calls.
 */
public final class TestingFileSystem extends LocalFileSystem {

    public static final AtomicInteger LISTINGS = new AtomicInteger();
    public static final AtomicInteger STATUS_CALLS = new AtomicInteger();
    public static final AtomicInteger BLOCK_CALLS = new AtomicInteger();

    private static final int BYTES_BEFORE_FAILURE = 1000;
    private static final long BYTES_BEFORE_GATE = 600_000;

    private static volatile CountDownLatch gate = new CountDownLatch(0);

    public static Path path(java.nio.file.Path local) {
        return new Path("testing:" + local.toAbsolutePath());
    }

    public static void closeGate() {
        gate = new CountDownLatch(1);
    }

    public static void openGate() {
        gate.countDown();
    }

    public static void resetCounters() {
        LISTINGS.set(0);
        STATUS_CALLS.set(0);
        BLOCK_CALLS.set(0);
    }

    @Override
    public URI getUri() {
        return URI.create("testing:///");
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
        LISTINGS.incrementAndGet();
        if (path.getName().equals("denied")) {
            throw new AccessDeniedException(path.getPath());
        }
        if (path.getName().equals("vanishing")
                || (path.getName().equals("written") && LISTINGS.get() < 3)) {
            throw new FileNotFoundException(path + "/.part-0.inprogress");
        }
        return path.getName().equals("unanswered") ? null : super.listStatus(path);
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
        STATUS_CALLS.incrementAndGet();
        return super.getFileStatus(path);
    }

    @Override
    public BlockLocation[] getFileBlockLocations(FileStatus file, long start, long length)
            throws IOException {
        BLOCK_CALLS.incrementAndGet();
        return super.getFileBlockLocations(file, start, length);
    }

    @Override
    public FSDataInputStream open(Path path) throws IOException {
        switch (path.getName()) {
            case "denied.jpg" -> throw new AccessDeniedException(path.getPath());
            case "interrupted.jpg" -> throw new InterruptedIOException("read was interrupted");
            case "gated.jpg" -> awaitGate();
            case "gated.tar" -> {
                return new GatedInput(path);
            }
            case "failing.tar" -> {
                return new FailingInput(path);
            }
            default -> {}
        }
        return super.open(path);
    }

    private static void awaitGate() throws IOException {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the gate");
        }
    }

    /** Gives some bytes, and waits for the gate then. */
    private static final class GatedInput extends LocalDataInputStream {

        private GatedInput(Path path) throws IOException {
            super(new File(path.getPath()));
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            if (getPos() >= BYTES_BEFORE_GATE) {
                awaitGate();
            }
            return super.read(target, from, length);
        }
    }

    /** Fails behind its first bytes. */
    private static final class FailingInput extends LocalDataInputStream {

        private FailingInput(Path path) throws IOException {
            super(new File(path.getPath()));
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            if (getPos() >= BYTES_BEFORE_FAILURE) {
                throw new IOException("connection reset");
            }
            return super.read(target, from, Math.min(length, BYTES_BEFORE_FAILURE));
        }
    }

    /** Registered in META-INF/services. */
    public static final class Factory implements FileSystemFactory {
        @Override
        public String getScheme() {
            return "testing";
        }

        @Override
        public FileSystem create(URI uri) {
            return new TestingFileSystem();
        }
    }
}
