package io.flinkgpu.connectors.listing;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of this machine, listed by the JDK: Flink's listing fails as a whole for a broken
 * link or a colon in a name, and does not tell links that lead upwards.
 *
 * <p>A broken link is a child like a file, so that reading it tells what is wrong. Pipes, sockets
 * and devices are left out with a warning: reading one might never end.
 */
record LocalDirectory(Path path) implements Directory {

    private static final Logger LOG = LoggerFactory.getLogger(LocalDirectory.class);

    static boolean isLocal(Path path) {
        return LocalFileSystem.getLocalFsURI().getScheme().equals(path.toUri().getScheme());
    }

    @Override
    public Object key() throws IOException {
        try {
            return local().toRealPath();
        } catch (IOException e) {
            throw cannotList(e);
        }
    }

    @Override
    public List<Child> children() throws IOException {
        List<Child> children = new ArrayList<>();
        try (DirectoryStream<java.nio.file.Path> entries = Files.newDirectoryStream(local())) {
            for (java.nio.file.Path entry : entries) {
                child(entry).ifPresent(children::add);
            }
        } catch (DirectoryIteratorException e) {
            throw cannotList(e.getCause());
        } catch (IOException e) {
            throw cannotList(e);
        }
        return children;
    }

    private Optional<Child> child(java.nio.file.Path entry) {
        String name = entry.getFileName().toString();
        Path child = ExactPath.child(path, name);
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(entry, BasicFileAttributes.class);
        } catch (IOException e) {
            return Optional.of(new Child(FoundFile.named(child), name, false));
        }
        if (attributes.isOther()) {
            LOG.warn("Skipping '{}': it is neither a file nor a directory.", child);
            return Optional.empty();
        }
        FoundFile file =
                new FoundFile(child, attributes.size(), attributes.lastModifiedTime().toMillis());
        return Optional.of(new Child(file, name, attributes.isDirectory()));
    }

    private java.nio.file.Path local() {
        return java.nio.file.Path.of(path.getPath());
    }

    private IOException cannotList(IOException cause) {
        return new IOException("Cannot list directory '%s': %s.".formatted(path, cause), cause);
    }
}
