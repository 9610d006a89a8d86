package io.flinkgpu.deploy.cluster;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;
import org.apache.flink.annotation.Internal;

/**
 * Lets one process at a time start or stop the cluster of a directory. The system frees it when its
 * holder dies.
 */
@Internal
public final class ClusterLock {

    private final Path directory;

    /** The lock of a directory. */
    public ClusterLock(Path directory) {
        this.directory = directory;
    }

    /**
     * Does the action while holding the lock.
     *
     * @param verb what the action does, for the error
     * @throws ClusterException if another process or thread holds the lock
     */
    public <T> T hold(String verb, Supplier<T> action) {
        try (FileChannel channel = open();
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw busy(verb);
            }
            return action.get();
        } catch (OverlappingFileLockException e) {
            throw busy(verb);
        } catch (IOException e) {
            throw new ClusterException(
                    "Cannot %s the cluster in %s: %s".formatted(verb, directory, e.getMessage()),
                    e);
        }
    }

    private FileChannel open() throws IOException {
        Files.createDirectories(directory);
        return FileChannel.open(
                directory.resolve("cluster.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
    }

    private ClusterException busy(String verb) {
        return new ClusterException(
                "Cannot %s the cluster in %s: another command starts or stops it."
                        .formatted(verb, directory));
    }
}
