package io.flinkgpu.job.iceberg;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.flinkgpu.job.element.NewOnly;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Up to which snapshot runs have read a table.
 *
 * @param run the present one
 */
record SnapshotManifest(NewOnly run) {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SNAPSHOT = "snapshot";

    /** The snapshot that the last run which counts has read; empty: there was none. */
    OptionalLong last() {
        try {
            OptionalLong last = OptionalLong.empty();
            for (String token : run.mark().finishedUpTo(run.since())) {
                Path file = run.mark().file(token);
                if (file.getFileSystem().exists(file)) {
                    last = OptionalLong.of(read(file));
                }
            }
            return last;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable.getMessage(), unreadable);
        }
    }

    /** Up to where this run reads, if it said so before and is resumed. */
    OptionalLong own() {
        Path file = run.mark().file(run.mark().token());
        try {
            return file.getFileSystem().exists(file)
                    ? OptionalLong.of(read(file))
                    : OptionalLong.empty();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable.getMessage(), unreadable);
        }
    }

    /** Says up to where this run reads. */
    void write(long snapshot) {
        Path file = run.mark().file(run.mark().token());
        try {
            run.mark().directory().getFileSystem().mkdirs(run.mark().directory());
            try (OutputStream out =
                    file.getFileSystem().create(file, FileSystem.WriteMode.OVERWRITE)) {
                out.write(
                        (JsonNodeFactory.instance.objectNode().put(SNAPSHOT, snapshot) + "\n")
                                .getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "Cannot write '%s': %s".formatted(file, failure.getMessage()), failure);
        }
    }

    private static long read(Path file) throws IOException {
        try (InputStream in = file.getFileSystem().open(file)) {
            return MAPPER.readTree(in).path(SNAPSHOT).asLong();
        }
    }
}
