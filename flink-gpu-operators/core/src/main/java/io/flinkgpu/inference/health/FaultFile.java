package io.flinkgpu.inference.health;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.apache.flink.annotation.Internal;

/**
 * Writes the faults of a process as JSON lines, where the environment variable {@value #VARIABLE}
 * names a directory: one file a process, {@code faults-<process id>.jsonl}.
 *
 * <p>A line holds {@code time}, {@code kind}, {@code subject} and the event's own fields. Safe for
 * use by many threads.
 */
@Internal
public final class FaultFile implements FaultListener {

    /** Names the directory; nothing is written where it is not set. */
    public static final String VARIABLE = "FLINK_GPU_FAULT_DIR";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String directory;

    /** As the environment says. */
    public FaultFile() {
        this(System.getenv(VARIABLE));
    }

    FaultFile(String directory) {
        this.directory = directory;
    }

    @Override
    public synchronized void happened(Instant time, FaultEvent event) {
        if (directory == null) {
            return;
        }
        Path file = Path.of(directory, "faults-%d.jsonl".formatted(ProcessHandle.current().pid()));
        try (Writer writer =
                Files.newBufferedWriter(
                        file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            writer.write(JSON.writeValueAsString(line(time, event)));
            writer.write('\n');
        } catch (IOException unwritable) {
            throw new UncheckedIOException("Cannot write " + file, unwritable);
        }
    }

    private static ObjectNode line(Instant time, FaultEvent event) {
        ObjectNode line = JSON.createObjectNode();
        line.put("time", time.toString());
        line.put("kind", event.getClass().getSimpleName());
        line.put("subject", event.subject());
        FaultFields.of(event).forEach(line::put);
        return line;
    }
}
