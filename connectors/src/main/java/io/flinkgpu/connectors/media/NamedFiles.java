package io.flinkgpu.connectors.media;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.FileLoader;
import io.flinkgpu.connectors.listing.ExactPath;
import io.flinkgpu.connectors.listing.FoundFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.nio.channels.ClosedByInterruptException;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;

/**
 * Reads files by the paths that {@link FileContent#path} shows.
 *
 * <p>Immutable, thread-safe.
 */
@PublicEvolving
public final class NamedFiles implements Serializable {

    private static final long serialVersionUID = 1L;

    private final FileLoader loader;

    /**
     * Reads files up to a size; a larger one becomes a failure.
     *
     * @throws IllegalArgumentException if the size is below 1 byte or does not fit an array
     */
    public NamedFiles(MemorySize maxFileSize) {
        this(new FileLoader((int) FileLoader.checkedMaxSize(maxFileSize).getBytes(), false));
    }

    private NamedFiles(FileLoader loader) {
        this.loader = loader;
    }

    /** The same, with a reference for a larger file. */
    public NamedFiles refersToLargerFiles() {
        return new NamedFiles(new FileLoader(loader.maxBytes(), true));
    }

    /** The file as it is, or why it cannot be read; throws only where the thread is interrupted. */
    public FileContent read(String path) throws IOException {
        return loader.load(found(ExactPath.ofShown(path)));
    }

    /** What cannot be looked at is found to be unreadable when it is read. */
    private static FoundFile found(Path path) throws IOException {
        try {
            FileStatus status = path.getFileSystem().getFileStatus(path);
            return new FoundFile(path, status.getLen(), status.getModificationTime());
        } catch (InterruptedIOException | ClosedByInterruptException interrupted) {
            throw interrupted;
        } catch (IOException missing) {
            return FoundFile.named(path);
        }
    }
}
