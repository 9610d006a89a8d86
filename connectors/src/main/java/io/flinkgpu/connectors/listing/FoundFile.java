package io.flinkgpu.connectors.listing;

import java.util.Objects;
import org.apache.flink.annotation.Internal;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;

/**
 * A file as a listing shows it.
 *
 * @param size in bytes, or {@link #UNKNOWN_SIZE}
 * @param modifiedMillis when it was written last, since the epoch; 0 where nobody says
 */
@Internal
public record FoundFile(Path path, long size, long modifiedMillis) {

    /** The size of a file that was named and not listed. */
    public static final long UNKNOWN_SIZE = -1;

    public FoundFile {
        Objects.requireNonNull(path, "path");
    }

    /** A file that nobody has looked at. */
    public static FoundFile named(Path path) {
        return new FoundFile(path, UNKNOWN_SIZE, 0);
    }

    static FoundFile of(FileStatus status) {
        return new FoundFile(status.getPath(), status.getLen(), status.getModificationTime());
    }
}
