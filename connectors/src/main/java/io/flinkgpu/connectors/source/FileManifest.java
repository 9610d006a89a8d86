package io.flinkgpu.connectors.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.flinkgpu.connectors.listing.FoundFile;
import io.flinkgpu.connectors.mark.RunMark;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Which files a bounded run reads, for later runs that read new ones alone.
 *
 * <p>A run writes the files that it has found, a JSON array of path, size and time of modification
 * on a line, to a file that is named by the token of its {@link RunMark}. They count when the run
 * has left the mark. A file that has changed is another one.
 *
 * @param since how the id of a job begins; the files of later runs do not count then. Empty: those
 *     of all runs count
 */
@Internal
public record FileManifest(RunMark mark, String since) implements Serializable {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The manifest of a run with a mark, which counts the files of all earlier runs. */
    public FileManifest(RunMark mark) {
        this(mark, "");
    }

    /**
     * The files that no earlier run has read. About 50 bytes a file of earlier runs are held in
     * memory.
     *
     * @throws IOException if a manifest cannot be read, or no run has left its mark whose job has
     *     the id
     */
    List<FoundFile> fresh(List<FoundFile> found) throws IOException {
        SeenFiles known = new SeenFiles();
        for (String token : mark.finishedUpTo(since)) {
            Path file = mark.file(token);
            // One that was resumed by hand before it had listed its files has none of this name.
            if (file.getFileSystem().exists(file)) {
                read(file, known);
            }
        }
        return found.stream().filter(file -> !known.contains(key(file))).toList();
    }

    /** Says what the run reads; what it said before is replaced. */
    void write(List<FoundFile> files) throws IOException {
        Path target = mark.file(mark.token());
        mark.directory().getFileSystem().mkdirs(mark.directory());
        try (OutputStream out =
                new BufferedOutputStream(
                        target.getFileSystem().create(target, FileSystem.WriteMode.OVERWRITE))) {
            for (FoundFile file : files) {
                JsonNode line =
                        JsonNodeFactory.instance
                                .arrayNode()
                                .add(file.path().toString())
                                .add(file.size())
                                .add(file.modifiedMillis());
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static void read(Path manifest, SeenFiles known) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                manifest.getFileSystem().open(manifest), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode file = MAPPER.readTree(line);
                String path = file.path(0).asText();
                boolean unused =
                        known.add(key(path, file.path(1).asLong(), file.path(2).asLong()), 0);
            }
        }
    }

    private static String key(FoundFile file) {
        return key(file.path().toString(), file.size(), file.modifiedMillis());
    }

    private static String key(String path, long size, long modifiedMillis) {
        return path + '\0' + size + '\0' + modifiedMillis;
    }
}
