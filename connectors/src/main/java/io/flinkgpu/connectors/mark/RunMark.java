package io.flinkgpu.connectors.mark;

import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.flink.annotation.Internal;
import org.apache.flink.core.fs.Path;

/**
 * The mark that a run leaves when it has come to its end.
 *
 * @param directory of what runs keep there; the marks are in a directory of their own below it
 * @param token tells the run from others; those of later runs sort behind
 */
@Internal
public record RunMark(Path directory, String token) implements Serializable {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    public RunMark {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(token, "token");
    }

    /** A mark with a new token. */
    public static RunMark in(Path directory, Instant now) {
        String token = TIME.format(now) + "-" + UUID.randomUUID().toString().substring(0, 8);
        return new RunMark(directory, token);
    }

    /** The marks that have been left there. */
    public RunMarks marks() {
        return new RunMarks(new Path(directory, "finished"));
    }

    /**
     * The tokens of the runs that have ended, the earliest first.
     *
     * @param job how the id of the job begins whose run is the last one; empty: all of them
     * @throws IOException if the marks cannot be read, or there is none of that job
     */
    public List<String> finishedUpTo(String job) throws IOException {
        List<String> tokens = new ArrayList<>();
        for (Map.Entry<String, String> run : marks().runs().entrySet()) {
            tokens.add(run.getKey());
            if (!job.isEmpty() && run.getValue().startsWith(job)) {
                return tokens;
            }
        }
        if (!job.isEmpty()) {
            throw new IOException(
                    "run '%s' has left nothing in %s. Name a run that read only what is new, and has finished."
                            .formatted(job, directory));
        }
        return tokens;
    }

    /** A file that belongs to a run. */
    public Path file(String ofToken) {
        return new Path(directory, ofToken + ".jsonl");
    }
}
