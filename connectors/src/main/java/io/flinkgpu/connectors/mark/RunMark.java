package io.flinkgpu.connectors.mark;

import static java.util.stream.Collectors.toCollection;

import io.flinkgpu.connectors.file.JsonLines;
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
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.UUID;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobStatusHook;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.types.Row;

/**
 * The mark that a run leaves when it has come to its end.
 *
 * @param directory of what runs keep there; the marks are in a directory of their own below it
 * @param token tells the run from others; those of later runs sort behind
 */
@Internal
public record RunMark(Path directory, String token) implements Serializable {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmssSSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    public RunMark {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(token, "token");
    }

    /** A mark with a new token. */
    public static RunMark in(Path directory, Instant now) {
        return new RunMark(directory, newToken(now));
    }

    /** A token of a run that begins now. */
    public static String newToken(Instant now) {
        return TIME.format(now) + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    /** The marks that have been left there. */
    public RunMarks marks() {
        return new RunMarks(directory);
    }

    /**
     * Adds what leaves the mark to a job.
     *
     * @param ends the streams that reach the job's sinks; all of them must end
     * @param name what operators are named by and their uids begin with, unique in the job
     * @param slots where it runs; null: in Flink's default ones
     * @return for the job's graph: it leaves the mark when the job has finished
     */
    public JobStatusHook addTo(
            List<DataStream<Row>> ends, String name, @Nullable SlotSharingGroup slots) {
        String endUid = marks().add(ends, token, name, slots);
        RestoredRun restored =
                ends.get(0)
                        .getExecutionEnvironment()
                        .getConfiguration()
                        .getOptional(StateRecoveryOptions.SAVEPOINT_PATH)
                        .map(path -> new RestoredRun(path, endUid))
                        .orElse(null);
        return new RunFinish(this, restored);
    }

    /**
     * The tokens of the runs that have come to their end, the earliest first.
     *
     * @param job how the id of the job begins whose run is the last one; empty: all of them
     * @throws IOException if the marks cannot be read, or there is none of that job, or of several
     */
    public List<String> finishedUpTo(String job) throws IOException {
        SortedMap<String, String> runs = marks().runs();
        if (job.isEmpty()) {
            return List.copyOf(runs.keySet());
        }
        List<Map.Entry<String, String>> named =
                runs.entrySet().stream().filter(run -> run.getValue().startsWith(job)).toList();
        if (named.isEmpty()) {
            throw new IOException(
                    "run '%s' has left nothing in %s. Name a run that read only what is new, and has finished."
                            .formatted(job, directory));
        }
        Set<String> jobs =
                named.stream().map(Map.Entry::getValue).collect(toCollection(TreeSet::new));
        if (jobs.size() > 1) {
            throw new IOException(
                    "the ids of several runs begin with '%s': %s. Give more of one."
                            .formatted(job, String.join(", ", jobs)));
        }
        String last = named.get(named.size() - 1).getKey();
        return runs.keySet().stream().filter(token -> token.compareTo(last) <= 0).toList();
    }

    /**
     * The tokens of other runs that have said what they read, and have not come to their end: they
     * may be going on, or have failed. Those are left out whose files a later run took again, which
     * has come to its end.
     */
    public List<String> unfinished() throws IOException {
        FileSystem files = directory.getFileSystem();
        if (!files.exists(directory)) {
            return List.of();
        }
        SortedMap<String, String> finished = marks().runs();
        String last = finished.isEmpty() ? "" : finished.lastKey();
        List<String> tokens = new ArrayList<>();
        for (FileStatus file : files.listStatus(directory)) {
            String name = file.getPath().getName();
            if (!file.isDir() && file.getLen() > 0 && name.endsWith(JsonLines.SUFFIX)) {
                tokens.add(name.substring(0, name.length() - JsonLines.SUFFIX.length()));
            }
        }
        return tokens.stream()
                .filter(other -> other.compareTo(last) > 0 && !other.equals(token))
                .sorted()
                .toList();
    }

    /** A file that belongs to a run. */
    public Path file(String ofToken) {
        return new Path(directory, ofToken + JsonLines.SUFFIX);
    }
}
