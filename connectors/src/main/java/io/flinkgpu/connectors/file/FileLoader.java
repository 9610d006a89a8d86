package io.flinkgpu.connectors.file;

import io.flinkgpu.connectors.content.ContentTypes;
import io.flinkgpu.connectors.listing.FoundFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.nio.channels.ClosedByInterruptException;
import java.util.Arrays;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileSystem;

/**
 * Reads a file whole.
 *
 * <p>A file that cannot be read becomes a content with a {@link ReadFailure}; only an interrupt
 * leaves as an exception. At most {@code maxBytes + 1} bytes of a file are held. Thread-safe.
 *
 * @param maxBytes the largest content, at least 1
 * @param refersToLarger whether a larger file becomes a reference; else it is a failure
 */
@Internal
public record FileLoader(int maxBytes, boolean refersToLarger) implements Serializable {

    // The largest array that every JVM can allocate, less the one byte read to notice excess.
    private static final int LARGEST_MAX_BYTES = Integer.MAX_VALUE - 16;

    // Files without a known size begin with a buffer of so many bytes.
    private static final int FIRST_BYTES = 16 * 1024;

    /**
     * The largest content as a user gives it.
     *
     * @throws IllegalArgumentException if the size is below 1 byte or does not fit an array
     */
    public static MemorySize checkedMaxSize(MemorySize size) {
        if (size.getBytes() < 1 || size.getBytes() > LARGEST_MAX_BYTES) {
            throw new IllegalArgumentException(
                    "Invalid maxFileSize: %d bytes. It must be within 1 and %d bytes."
                            .formatted(size.getBytes(), LARGEST_MAX_BYTES));
        }
        return size;
    }

    /** The file's bytes, a reference to them, or why there are none. */
    public FileContent load(FoundFile file) throws IOException {
        String path = file.path().toString();
        try {
            FileSystem fileSystem = file.path().getFileSystem();
            return read(fileSystem, file, path);
        } catch (InterruptedIOException | ClosedByInterruptException e) {
            throw e; // the task is being cancelled; the file is not to blame
        } catch (IOException | RuntimeException e) { // clients of object stores throw both
            return new FileContent(
                    path,
                    new byte[0],
                    ContentTypes.UNKNOWN,
                    Math.max(0, file.size()),
                    file.modifiedMillis(),
                    ReadFailure.of(e));
        }
    }

    private FileContent read(FileSystem fileSystem, FoundFile file, String path)
            throws IOException {
        try (FSDataInputStream in = fileSystem.open(file.path())) {
            byte[] bytes = file.size() > maxBytes ? head(in) : all(in, file.size());
            String type = ContentTypes.of(bytes, path);
            if (file.size() <= maxBytes && bytes.length <= maxBytes) {
                return new FileContent(
                        path, bytes, type, bytes.length, file.modifiedMillis(), null);
            }
            if (!refersToLarger) {
                throw new FileTooLargeException(file.path(), maxBytes);
            }
            // A size that a listing gave may be outdated.
            long size = fileSystem.getFileStatus(file.path()).getLen();
            return FileContent.reference(path, type, size, file.modifiedMillis());
        }
    }

    private static byte[] head(FSDataInputStream in) throws IOException {
        return in.readNBytes(ContentTypes.HEAD_BYTES);
    }

    /**
     * The bytes up to the end, or one more than the limit.
     *
     * @param expected how many there should be; the read is what counts
     */
    private byte[] all(FSDataInputStream in, long expected) throws IOException {
        byte[] bytes = new byte[(int) (expected < 0 ? Math.min(FIRST_BYTES, maxBytes) : expected)];
        int read = in.readNBytes(bytes, 0, bytes.length);
        if (read < bytes.length) {
            return Arrays.copyOf(bytes, read);
        }
        int next = in.read();
        if (next < 0) {
            return bytes;
        }
        byte[] more = in.readNBytes(maxBytes - read);
        byte[] joined = Arrays.copyOf(bytes, read + 1 + more.length);
        joined[read] = (byte) next;
        System.arraycopy(more, 0, joined, read + 1, more.length);
        return joined;
    }
}
