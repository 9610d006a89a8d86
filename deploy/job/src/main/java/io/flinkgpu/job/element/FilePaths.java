package io.flinkgpu.job.element;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.core.fs.Path;

/** Paths that a job file names. */
@PublicEvolving
public final class FilePaths {

    private FilePaths() {}

    /**
     * A path as Flink takes it, with its scheme.
     *
     * @param directory what a relative path is relative to; absolute
     */
    public static Path resolve(String text, java.nio.file.Path directory) {
        Path path = new Path(text);
        boolean isLocal = path.toUri().getScheme() == null;
        return isLocal ? new Path(directory.resolve(path.getPath()).normalize().toUri()) : path;
    }
}
