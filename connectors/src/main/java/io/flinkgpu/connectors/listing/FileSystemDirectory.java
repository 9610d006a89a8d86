package io.flinkgpu.connectors.listing;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;

/** A directory that Flink's file systems list: one call, and no links. */
record FileSystemDirectory(Path path) implements Directory {

    @Override
    public Object key() {
        return path;
    }

    @Override
    public List<Child> children() throws IOException {
        FileStatus[] children;
        try {
            children = path.getFileSystem().listStatus(path);
        } catch (IOException e) {
            throw new IOException("Cannot list directory '%s': %s.".formatted(path, e), e);
        }
        if (children == null) { // what some file systems answer when listing is denied
            throw new IOException(
                    "Cannot list directory '%s': permission denied, or it has just been removed."
                            .formatted(path));
        }
        return Arrays.stream(children).map(FileSystemDirectory::child).toList();
    }

    private static Child child(FileStatus status) {
        return new Child(FoundFile.of(status), status.getPath().getName(), status.isDir());
    }
}
