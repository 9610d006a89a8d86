package io.flinkgpu.connectors.mark;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import java.io.IOException;
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
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.types.Row;

/**
 * The marks that bounded runs leave in a directory when they have come to their end.
 *
 * <p>A run writes its mark exactly once, with the checkpoint that holds the end of all its input;
 * so a mark counts when the last rows of the run do. A run that is resumed leaves the mark of the
 * run that it goes on with, which is part of the state.
 */
@Internal
public final class RunMarks {

    private static final String NAME = "run-end";
    private static final String TOKEN = "token";
    private static final String RUN = "run";

    private final Path directory;

    /** The marks of a directory, which need not exist. */
    public RunMarks(Path directory) {
        this.directory = directory;
    }

    /** The tokens of the runs that have ended. */
    public Set<String> finished() throws IOException {
        return Set.copyOf(runs().keySet());
    }

    /** The ids of the jobs that have ended, by the tokens of their runs, the earliest first. */
    public SortedMap<String, String> runs() throws IOException {
        SortedMap<String, String> runs = new TreeMap<>();
        if (directory.getFileSystem().exists(directory)) {
            try (Stream<JsonNode> marks = JsonLines.read(directory)) {
                marks.forEach(mark -> runs.put(mark.path(TOKEN).asText(), mark.path(RUN).asText()));
            }
        }
        return runs;
    }

    /**
     * Adds what leaves the mark to a job.
     *
     * @param ends the streams that reach the job's sinks; all of them must end
     * @param token of this run
     * @param name what operators are named by and their uids begin with, unique in the job
     * @param slots where it runs; null: in Flink's default ones
     */
    public void add(
            List<DataStream<Row>> ends,
            String token,
            String name,
            @Nullable SlotSharingGroup slots) {
        DataStream<String> nothing =
                ends.stream().map(RunMarks::nothing).reduce(DataStream::union).orElseThrow();
        String uid = name + "." + NAME;
        SingleOutputStreamOperator<String> mark =
                nothing.rebalance()
                        .transform(uid, Types.STRING, new RunEndOperatorFactory(token))
                        .uid(uid)
                        .setParallelism(1)
                        .setMaxParallelism(1);
        DataStreamSink<String> sink =
                mark.sinkTo(
                                JsonLines.<String>sink(
                                        directory,
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
