package io.flinkgpu.job.redo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.connectors.file.JsonLines;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * A claim that is being written. Nobody sees it before it has its name, and then it is whole.
 * Single-threaded.
 */
final class ClaimFile {

    static final String ID = "id";

    private static final String HIDDEN = ".";

    private final Path claim;
    private final Path hidden;
    private final OutputStream lines;
    private final Set<String> ids = new HashSet<>();

    private ClaimFile(Path claim, Path hidden, OutputStream lines) {
        this.claim = claim;
        this.hidden = hidden;
        this.lines = lines;
    }

    static ClaimFile create(Path claim) throws IOException {
        FileSystem files = claim.getFileSystem();
        files.mkdirs(claim.getParent());
        Path hidden = new Path(claim.getParent(), HIDDEN + claim.getName());
        return new ClaimFile(
                claim, hidden, files.create(hidden, FileSystem.WriteMode.NO_OVERWRITE));
    }

    static boolean isClaim(String file) {
        return file.endsWith(JsonLines.SUFFIX) && !file.startsWith(HIDDEN);
    }

    /** Takes a letter whose row is done. */
    void add(Letter letter) {
        ObjectNode line = line(letter.id());
        line.put(ClaimedRows.SOURCE, letter.origin().source());
        line.set(ClaimedRows.ORIGIN, letter.origin().reference());
        write(line);
    }

    /** Takes a letter whose row is that of another one. */
    void addId(String id) {
        write(line(id));
    }

    /** The letters in it. */
    Set<String> ids() {
        return Set.copyOf(ids);
    }

    /** Gives it its name. */
    void publish() throws IOException {
        lines.close();
        if (!claim.getFileSystem().rename(hidden, claim)) {
            throw new IOException("Cannot rename %s to %s.".formatted(hidden, claim));
        }
    }

    /** Takes it away, with or without its name, since something failed. */
    void discard(Exception failure) {
        try {
            lines.close();
            claim.getFileSystem().delete(hidden, false);
            claim.getFileSystem().delete(claim, false);
        } catch (IOException remains) {
            failure.addSuppressed(remains);
        }
    }

    private ObjectNode line(String id) {
        ids.add(id);
        return JsonNodeFactory.instance.objectNode().put(ID, id);
    }

    private void write(ObjectNode line) {
        try {
            lines.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
