package io.flinkgpu.job.redo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.connectors.file.JsonLines;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * A claim that is being written. Nobody sees it before it has its name, and then it is whole.
 * Single-threaded.
 */
final class ClaimFile {

    static final String ID = "id";

    private static final ObjectMapper MAPPER = new ObjectMapper();

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

    /**
     * Takes a row.
     *
     * @param elements in which it failed
     * @param letters of it, one or more; the first one brings it
     */
    void add(Letter.Origin row, Collection<String> elements, List<String> letters) {
        ObjectNode first = line(letters.get(0));
        first.put(ClaimedRows.SOURCE, row.source());
        first.set(ClaimedRows.ORIGIN, row.reference());
        elements.forEach(first.withArray(ClaimedRows.ELEMENTS)::add);
        write(first);
        letters.subList(1, letters.size()).forEach(id -> write(line(id)));
    }

    /**
     * Reads one, line by line.
     *
     * @throws FileNotFoundException if there is none
     * @throws IOException if it cannot be read; names it
     */
    static void read(Path claim, Consumer<JsonNode> each) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                claim.getFileSystem().open(claim), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                each.accept(MAPPER.readTree(line));
            }
        } catch (FileNotFoundException missing) {
            throw missing;
        } catch (IOException damaged) {
            throw new IOException(
                    "Cannot read what a redo took, in %s: %s. If the redo never ran, delete the file."
                            .formatted(claim, damaged.getMessage()),
                    damaged);
        }
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
