package io.flinkgpu.inference.python;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file in shared memory that this process and a worker have mapped.
 *
 * <p>Used by one call at a time. The file has a name only until the worker has mapped it; the
 * memory is given back when neither process uses it any more.
 */
final class Segment {

    private static final int BLOCK_BYTES = 1 << 20;

    private final int number;
    private final Path file;
    private final MappedByteBuffer memory;
    private boolean mapped;

    private Segment(int number, Path file, MappedByteBuffer memory) {
        this.number = number;
        this.file = file;
        this.memory = memory;
    }

    /**
     * Makes a file and maps it.
     *
     * @throws IOException if there is no room for it, or no such directory
     */
    static Segment create(int number, Path file, int bytes) throws IOException {
        if (Files.getFileStore(file.getParent()).getUsableSpace() < bytes) {
            throw new IOException(
                    "%s has less than %d bytes of room".formatted(file.getParent(), bytes));
        }
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            reserve(channel, bytes);
            return new Segment(number, file, channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes));
        } catch (IOException noRoom) {
            Files.deleteIfExists(file);
            throw noRoom;
        }
    }

    /** A hole in the file would cost the process its life when it is written to without room. */
    private static void reserve(FileChannel channel, int bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(BLOCK_BYTES, bytes));
        for (long left = bytes; left > 0; ) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), left));
            left -= channel.write(zeros);
        }
    }

    int number() {
        return number;
    }

    Path file() {
        return file;
    }

    int capacity() {
        return memory.capacity();
    }

    /** All of it, little-endian. */
    ByteBuffer memory() {
        return memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Whether the worker has it, and the file has no name any more. */
    boolean isMapped() {
        return mapped;
    }

    /** Takes the name away, which the worker does when it maps the file. */
    void unlink() {
        if (!mapped) {
            mapped = true;
            try {
                Files.deleteIfExists(file);
            } catch (IOException failure) {
                throw new UncheckedIOException(
                        "Cannot delete shared memory " + file + ": " + failure, failure);
            }
        }
    }
}
