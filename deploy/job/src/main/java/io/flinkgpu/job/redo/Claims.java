package io.flinkgpu.job.redo;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.mark.RunMark;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** What redos have taken, and which of them have come to their end. Single-threaded. */
final class Claims {

    private final Set<String> names = new HashSet<>();
    private final Set<String> done = new HashSet<>();
    private final Set<String> unfinished = new HashSet<>();
    private final Set<Letter.Origin> places = new HashSet<>();

    private Claims() {}

    /**
     * Reads them.
     *
     * @param roots where claims are, which need not exist
     * @param known the names of files that are left out
     * @throws IOException if one cannot be read; names it
     */
    static Claims read(List<Path> roots, Set<String> known) throws IOException {
        Claims claims = new Claims();
        for (Path root : roots) {
            claims.read(root, known);
        }
        return claims;
    }

    /** The names of their files. */
    Set<String> names() {
        return Set.copyOf(names);
    }

    /** Whether a redo that has come to its end took the letter. */
    boolean haveDone(String id) {
        return done.contains(id);
    }

    /** Whether a redo that has not come to its end took the letter. */
    boolean hold(String id) {
        return unfinished.contains(id);
    }

    /** Whether a redo that has not come to its end does the row there. */
    boolean holdPlace(Letter.Origin place) {
        return places.contains(place);
    }

    /** Whether any of them took one of these letters. */
    boolean tookAnyOf(Set<String> ids) {
        return Stream.of(done, unfinished).flatMap(Set::stream).anyMatch(ids::contains);
    }

    private void read(Path root, Set<String> known) throws IOException {
        FileSystem files = root.getFileSystem();
        FileStatus[] children = files.exists(root) ? files.listStatus(root) : new FileStatus[0];
        // After the listing: what ends in between is done, and not forgotten.
        Set<String> finished = new RunMark(root, "").marks().finished();
        for (FileStatus file : children) {
            String name = file.getPath().getName();
            if (!file.isDir() && ClaimFile.isClaim(name) && !known.contains(name)) {
                readClaim(file.getPath(), finished.contains(Redos.tokenOf(file.getPath())));
            }
        }
    }

    private void readClaim(Path claim, boolean isDone) throws IOException {
        try {
            ClaimFile.read(claim, line -> add(line, isDone));
            names.add(claim.getName());
        } catch (FileNotFoundException released) {
            // Another command gave it back after it was listed.
            return;
        }
    }

    private void add(JsonNode line, boolean isDone) {
        (isDone ? done : unfinished).add(line.path(ClaimFile.ID).asText());
        if (!isDone && line.has(ClaimedRows.ORIGIN)) {
            places.add(
                    new Letter.Origin(
                            line.path(ClaimedRows.SOURCE).asText(), line.path(ClaimedRows.ORIGIN)));
        }
    }
}
