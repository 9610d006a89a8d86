package io.flinkgpu.job;

import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.local.LocalFileSystem;

/**
 * Files {@code moved:/...} of a directory that each test chooses, so that state which names them
 * can be restored on any machine.
 */
public final class MovedFileSystem extends LocalFileSystem {

    private static final String SCHEME = "moved";

    private static volatile Path root;

    /** From here on, files are below this directory. */
    static void moveTo(Path directory) {
        root = directory;
    }

    @Override
    public URI getUri() {
        return URI.create(SCHEME + ":///");
    }

    @Override
    public File pathToFile(org.apache.flink.core.fs.Path path) {
        return root.resolve(path.getPath().substring(1)).toFile();
    }

    /** Found by Flink. */
    public static final class Factory implements FileSystemFactory {

        @Override
        public String getScheme() {
            return SCHEME;
        }

        @Override
        public FileSystem create(URI uri) {
            return new MovedFileSystem();
        }
    }
}
