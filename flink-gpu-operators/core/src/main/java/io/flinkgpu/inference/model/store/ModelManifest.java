package io.flinkgpu.inference.model.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a copy of a model consists of; a file of JSON in the copy's directory.
 *
 * @param location where it was fetched from
 * @param single whether the location is a file, and no directory
 * @param sha256 of the whole
 * @param completedMillis when the last file was there, since the epoch
 */
record ModelManifest(
        String location, boolean single, String sha256, long completedMillis, List<Entry> files) {

    private static final String FILE = "manifest.json";
    private static final JsonMapper JSON = new JsonMapper();

    /** A file of the copy. */
    record Entry(String path, long bytes, String sha256) {}

    /** The manifest of files that have just been fetched. */
    static ModelManifest of(ModelLocation location, boolean single, List<Entry> files) {
        SortedMap<String, String> sums = new TreeMap<>();
        files.forEach(file -> sums.put(file.path(), file.sha256()));
        String whole = single ? files.get(0).sha256() : Sha256.ofDirectory(sums);
        return new ModelManifest(
                location.toString(), single, whole, System.currentTimeMillis(), files);
    }

    /**
     * Reads the manifest of a copy.
     *
     * @throws IOException if there is none that can be read: the copy is not whole
     */
    static ModelManifest read(Path copy) throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(copy.resolve(FILE)), ModelManifest.class);
        } catch (NoSuchFileException missing) {
            throw notWhole(copy, "it has no " + FILE, missing);
        } catch (JsonProcessingException broken) {
            throw notWhole(copy, "its " + FILE + " cannot be read", broken);
        }
    }

    /** Writes it into the directory of a copy. */
    void write(Path copy) throws IOException {
        Files.write(copy.resolve(FILE), JSON.writeValueAsBytes(this));
    }

    /**
     * Checks that the files of a copy are there, and unchanged since they were fetched. A file's
     * bytes are read only if it was written later.
     *
     * @param files the directory of the files
     * @throws IOException naming the first file that is not as it should be
     */
    void requireWhole(Path copy, Path files) throws IOException {
        for (Entry entry : files()) {
            Path file = files.resolve(entry.path());
            if (!Files.isRegularFile(file)) {
                throw notWhole(copy, "'%s' is missing".formatted(entry.path()), null);
            }
            if (Files.size(file) != entry.bytes()) {
                throw notWhole(
                        copy,
                        "'%s' has %d bytes instead of %d"
                                .formatted(entry.path(), Files.size(file), entry.bytes()),
                        null);
            }
            boolean written = Files.getLastModifiedTime(file).toMillis() > completedMillis;
            if (written && !Sha256.of(file).equals(entry.sha256())) {
                throw notWhole(copy, "'%s' has been changed since".formatted(entry.path()), null);
            }
        }
    }

    private static IOException notWhole(Path copy, String reason, Exception cause) {
        return new IOException(
                "its copy '%s' is not whole: %s. Delete that directory, and it is fetched again"
                        .formatted(copy, reason),
                cause);
    }
}
