package io.flinkgpu.connectors.listing;

import java.io.IOException;
import java.util.List;
import org.apache.flink.core.fs.Path;

/** A directory of an input: what is in it, and which one it is. */
interface Directory {

    /**
     * Something inside a directory.
     *
     * @param name the last part of its path
     */
    record Child(FoundFile file, String name, boolean isDirectory) {

        Path path() {
            return file.path();
        }
    }

    /** Of the file system that the path names. */
    static Directory of(Path path) throws IOException {
        return LocalDirectory.isLocal(path)
                ? new LocalDirectory(path)
                : new FileSystemDirectory(path);
    }

    /** Equal for two ways to the same directory, as far as its file system can tell. */
    Object key() throws IOException;

    /**
     * What is in it, in no promised order.
     *
     * @throws IOException if it cannot be listed; the message names it
     */
    List<Child> children() throws IOException;
}
