package io.flinkgpu.inference.model.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.annotation.Nullable;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Where a model lies: a path of this machine, or a URI of one of Flink's file systems.
 *
 * <p>Immutable. Every method but {@link #parse}, {@link #isLocal()} and {@link #child} reads the
 * file system and may block.
 */
final class ModelLocation {

    private static final Pattern URI_SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*):/.*");
    private static final int MOST_FILES = 10_000;
    private static final int MOST_LEVELS = 32;

    private final String text;
    private final Path path;
    private final boolean local;

    private ModelLocation(String text, Path path, boolean local) {
        this.text = text;
        this.path = path;
        this.local = local;
    }

    /** What lies directly below a location. */
    record Child(String name, boolean isDirectory) {}

    /**
     * Reads a location as people write it.
     *
     * @throws IOException if it is neither a path nor a URI
     */
    static ModelLocation parse(String text) throws IOException {
        boolean isUri = URI_SCHEME.matcher(text).matches();
        try {
            if (isUri && !text.regionMatches(true, 0, "file:", 0, "file:".length())) {
                return new ModelLocation(text, new Path(text), false);
            }
            java.nio.file.Path local =
                    java.nio.file.Path.of(isUri ? URI.create(text).getPath() : text);
            return new ModelLocation(
                    text, new Path("file", null, local.toAbsolutePath().toString()), true);
        } catch (InvalidPathException invalid) {
            throw new IOException("it is not a local path", invalid);
        } catch (IllegalArgumentException invalid) {
            throw new IOException("it is neither a path nor a URI", invalid);
        }
    }

    /** Whether this machine has it without fetching. */
    boolean isLocal() {
        return local;
    }

    /** The path of a location of this machine. */
    java.nio.file.Path localPath() {
        return java.nio.file.Path.of(path.toUri().getPath());
    }

    ModelLocation child(String name) {
        return new ModelLocation(
                text.replaceAll("/+$", "") + "/" + name, path.suffix("/" + name), local);
    }

    /** The last part. */
    String name() {
        return path.getName();
    }

    /** What is directly below, in no order; empty where there is no directory. */
    List<Child> children() throws IOException {
        List<Child> children = new ArrayList<>();
        FileStatus status = status();
        if (status != null && status.isDir()) {
            for (FileStatus child : statuses(path)) {
                children.add(new Child(child.getPath().getName(), child.isDir()));
            }
        }
        return children;
    }

    /** Whether there is anything. */
    boolean exists() throws IOException {
        return status() != null;
    }

    boolean isFile() throws IOException {
        FileStatus status = status();
        return status != null && !status.isDir();
    }

    /**
     * All files, in subdirectories as well.
     *
     * @throws IOException if they cannot be listed, or are too many for a model
     */
    ModelFiles files() throws IOException {
        List<ModelFile> files = new ArrayList<>();
        FileStatus status = status();
        if (status != null && status.isDir()) {
            list(path, "", MOST_LEVELS, files);
        } else if (status != null) {
            files.add(file(name(), status));
        }
        return new ModelFiles(files);
    }

    /** The bytes of a file from an offset on; the caller closes it. */
    InputStream open(ModelFile file, long offset) throws IOException {
        Path source = isFile() ? path : path.suffix("/" + file.path());
        FSDataInputStream in = fileSystem().open(source);
        try {
            if (offset > 0) {
                in.seek(offset);
            }
            return in;
        } catch (IOException | RuntimeException failure) {
            in.close();
            throw failure;
        }
    }

    private void list(Path directory, String prefix, int levels, List<ModelFile> files)
            throws IOException {
        for (FileStatus status : statuses(directory)) {
            String name = prefix + status.getPath().getName();
            if (!status.isDir()) {
                files.add(file(name, status));
            } else if (levels > 0) {
                list(status.getPath(), name + "/", levels - 1, files);
            }
            if (files.size() > MOST_FILES) {
                throw new IOException("it has more than %d files".formatted(MOST_FILES));
            }
        }
    }

    private FileStatus[] statuses(Path directory) throws IOException {
        FileStatus[] statuses = fileSystem().listStatus(directory);
        return statuses == null ? new FileStatus[0] : statuses;
    }

    private static ModelFile file(String name, FileStatus status) {
        return new ModelFile(name, status.getLen(), status.getModificationTime());
    }

    @Nullable
    private FileStatus status() throws IOException {
        try {
            return fileSystem().getFileStatus(path);
        } catch (FileNotFoundException nothing) {
            return null;
        }
    }

    private FileSystem fileSystem() throws IOException {
        return local ? FileSystem.getLocalFileSystem() : FileSystem.get(path.toUri());
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
