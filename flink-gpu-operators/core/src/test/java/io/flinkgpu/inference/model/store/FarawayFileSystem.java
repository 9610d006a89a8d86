package io.flinkgpu.inference.model.store;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalDataInputStream;
import org.apache.flink.core.fs.local.LocalFileSystem;

/**
 * Local files under a scheme of their own, as if they had to be fetched: {@code
 * faraway:///models/digits}. Its line can break.
 */
public final class FarawayFileSystem extends LocalFileSystem {

    public static final String SCHEME = "faraway";

    /** The names of the files that were opened, since the last {@link #repair()}. */
    private static final List<String> OPENED = new CopyOnWriteArrayList<>();

    private static final AtomicLong BYTES_LEFT = new AtomicLong(Long.MAX_VALUE);

    private static volatile Runnable whenOpened = () -> {};

    /** The address of a local path. */
    public static String address(java.nio.file.Path path) {
        return SCHEME + "://" + path.toAbsolutePath();
    }

    /** Ends every read after so many bytes of all together. */
    static void breakAfter(long bytes) {
        BYTES_LEFT.set(bytes);
    }

    /** Does something each time that a file is opened. */
    static void whenOpened(Runnable action) {
        whenOpened = action;
    }

    /** Makes it whole, and forgets what was opened. */
    static void repair() {
        BYTES_LEFT.set(Long.MAX_VALUE);
        whenOpened = () -> {};
        OPENED.clear();
    }

    static List<String> opened() {
        return OPENED;
    }

    @Override
    public URI getUri() {
        return URI.create(SCHEME + ":///");
    }

    @Override
    public FSDataInputStream open(Path path) throws IOException {
        OPENED.add(path.getName());
        whenOpened.run();
        return new BreakingStream(new java.io.File(path.getPath()));
    }

    private static final class BreakingStream extends LocalDataInputStream {

        private BreakingStream(java.io.File file) throws IOException {
            super(file);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            long left = BYTES_LEFT.get();
            if (left <= 0) {
                throw new IOException("the line is broken");
            }
            int read = super.read(buffer, offset, (int) Math.min(length, left));
            BYTES_LEFT.addAndGet(-Math.max(0, read));
            return read;
        }
    }

    /** Found by Flink as a service. */
    public static final class Factory implements FileSystemFactory {

        @Override
        public String getScheme() {
            return SCHEME;
        }

        @Override
        public FileSystem create(URI uri) {
            return new FarawayFileSystem();
        }
    }
}
