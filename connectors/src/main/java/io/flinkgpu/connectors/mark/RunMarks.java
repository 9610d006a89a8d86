package io.flinkgpu.connectors.mark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.connectors.file.JsonLines;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.types.Row;

/**
 * The marks that bounded runs leave in a directory when they have come to their end.
 *
 * <p>A run writes exactly once that its input has ended, with the checkpoint that holds the end. A
 * sink may have rows to write then, and some to commit. So that is no mark yet: when the job has
 * finished, which all commits of its sinks precede, the job manager leaves one for an input that
 * has ended; see {@link RunMark#addTo}. A run that is resumed leaves the mark of the run that it
 * goes on with; behind the end, the job manager writes the end for it.
 */
@Internal
public final class RunMarks {

    private static final String NAME = "run-end";
    private static final String TOKEN = "token";
    private static final String RUN = "run";

    private final Path ended;
    private final Path finished;

    /** The marks below a directory, which need not exist. */
    RunMarks(Path directory) {
        this.ended = new Path(directory, "ended");
        this.finished = new Path(directory, "finished");
    }

    /** The tokens of the runs that have come to their end. */
    public Set<String> finished() throws IOException {
        return Set.copyOf(runs().keySet());
    }

    /** The ids of the jobs that have finished, by the tokens of their runs, the earliest first. */
    public SortedMap<String, String> runs() throws IOException {
        SortedMap<String, String> runs = new TreeMap<>();
        read(finished).forEach(end -> runs.put(end.token, end.job));
        return runs;
    }

    /**
     * A job has come to the end of a run's input.
     *
     * @param token of the run
     * @param job its id; several jobs do where one goes on for another
     */
    record End(String token, String job) {}

    /** The ends so far; the sinks of a job may have failed afterwards. */
    List<End> ended() throws IOException {
        return read(ended);
    }

    /** Says that a job holds the end of a run's input. */
    void end(String token, String job) throws IOException {
        write(new Path(ended, "%s-%s%s".formatted(token, job, JsonLines.SUFFIX)), token, job);
    }

    /** Leaves a mark; the same one may be left again. */
    void finish(String token, String job) throws IOException {
        write(new Path(finished, token + JsonLines.SUFFIX), token, job);
    }

    private static void write(Path mark, String token, String job) throws IOException {
        FileSystem files = mark.getFileSystem();
        files.mkdirs(mark.getParent());
        Path hidden = new Path(mark.getParent(), "." + mark.getName());
        try (OutputStream out = files.create(hidden, FileSystem.WriteMode.OVERWRITE)) {
            ObjectNode line = JsonNodeFactory.instance.objectNode().put(TOKEN, token).put(RUN, job);
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
        if (!files.rename(hidden, mark) && !files.exists(mark)) {
            throw new IOException("Cannot rename '%s' to '%s'.".formatted(hidden, mark));
        }
    }

    private static List<End> read(Path directory) throws IOException {
        if (!directory.getFileSystem().exists(directory)) {
            return List.of();
        }
        try (Stream<JsonNode> marks = JsonLines.read(directory)) {
            return marks.map(mark -> new End(mark.path(TOKEN).asText(), mark.path(RUN).asText()))
                    .toList();
        }
    }

    /**
     * Adds what says that the input has ended to a job.
     *
     * @param ends the streams that reach the job's sinks; all of them must end
     * @param token of this run
     * @param name what operators are named by and their uids begin with, unique in the job
     * @param slots where it runs; null: in Flink's default ones
     * @return the uid of the operator that says it
     */
    String add(
            List<DataStream<Row>> ends,
            String token,
            String name,
            @Nullable SlotSharingGroup slots) {
        DataStream<String> nothing =
                ends.stream().map(RunMarks::nothing).reduce(DataStream::union).orElseThrow();
        String uid = name + "." + NAME;
        SingleOutputStreamOperator<String> mark =
                nothing.rebalance()
                        .transform(uid, Types.STRING, new RunEndOperator(token))
                        .uid(uid)
                        .setParallelism(1)
                        .setMaxParallelism(1);
        DataStreamSink<String> sink =
                mark.sinkTo(
                                JsonLines.<String>sink(
                                        ended,
                                        (end, line) ->
                                                line.string(TOKEN, RunEndOperator.token(end))
                                                        .string(RUN, RunEndOperator.job(end))))
                        .name(uid + ".mark")
                        .uid(uid + ".mark")
                        .setParallelism(1);
        if (slots != null) {
            mark.slotSharingGroup(slots);
            sink.slotSharingGroup(slots);
        }
        return uid;
    }

    /** The end of a stream without its rows, in the place of what is in front of it. */
    private static DataStream<String> nothing(DataStream<Row> stream) {
        FlatMapFunction<Row, String> none = (row, out) -> {};
        return stream.flatMap(none)
                .returns(Types.STRING)
                .name("end")
                .setParallelism(stream.getParallelism());
    }
}
