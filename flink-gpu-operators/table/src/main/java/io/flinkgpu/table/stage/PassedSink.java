package io.flinkgpu.table.stage;

import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessageTypeInfo;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreWriteTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.transformations.SinkTransformation;
import org.apache.flink.streaming.runtime.operators.sink.CommitterOperatorFactory;
import org.apache.flink.streaming.runtime.operators.sink.SinkWriterOperatorFactory;
import org.apache.flink.table.data.RowData;

/**
 * A sink in the middle of a job: what comes after it gets no rows, and keeps it in the job.
 *
 * <p>The planner translates what its own sinks can be reached from, and nothing else; so a second
 * sink must stand upstream of the first. Puts in place, as Flink 2.3's {@code
 * SinkTransformationTranslator} does at the end of a job, a {@link SinkWriterOperatorFactory} and a
 * {@link CommitterOperatorFactory}.
 */
final class PassedSink {

    // mode batch is refused
    private static final boolean IS_BATCH = false;

    private final InnerTable table;
    private final String uid;
    private final TypeInformation<RowData> results;

    /**
     * A sink of a table.
     *
     * @param uid of its operators, which add to it
     * @param results type of the stream that comes after it
     */
    PassedSink(InnerTable table, String uid, TypeInformation<RowData> results) {
        this.table = table;
        this.uid = uid;
        this.results = results;
    }

    /**
     * Writes rows.
     *
     * @param part names the table's own operators
     * @return a stream without rows
     */
    DataStream<RowData> write(
            InnerSink end, StageUids uids, String part, DataStream<RowData> rows) {
        List<Transformation<?>> all = rows.getExecutionEnvironment().getTransformations();
        int before = all.size();
        Transformation<?> last = end.write(uids.inner(part), rows).getTransformation();
        if (!(last instanceof SinkTransformation<?, ?> sink)) {
            throw table.invalid(
                    "It is written by Flink's old sinks, which cannot stand beside another one.");
        }
        // A program that runs its environment by itself would write by this sink as well.
        all.subList(before, all.size()).remove(sink);
        return expanded(sink);
    }

    private <T> DataStream<RowData> expanded(SinkTransformation<T, ?> last) {
        Sink<T> sink = last.getSink();
        DataStream<T> rows = last.getInputStream();
        if (sink instanceof DiscardingSink) {
            return withoutRows(rows);
        }
        if (sink instanceof SupportsPostCommitTopology) {
            throw table.invalid(
                    "Its sink has steps after its commits, and cannot stand beside another one.");
        }
        DataStream<T> prepared = prepared(sink, rows);
        return sink instanceof SupportsCommitter<?> committer
                ? withoutRows(committed(last, prepared, committer))
                : withoutRows(written(last, prepared, CommittableMessageTypeInfo.noOutput()));
    }

    @SuppressWarnings("unchecked") // a sink prepares what it takes
    private static <T> DataStream<T> prepared(Sink<T> sink, DataStream<T> rows) {
        return sink instanceof SupportsPreWriteTopology<?>
                ? ((SupportsPreWriteTopology<T>) sink).addPreWriteTopology(rows)
                : rows;
    }

    private <T, C> DataStream<CommittableMessage<C>> committed(
            SinkTransformation<T, ?> last, DataStream<T> rows, SupportsCommitter<C> committer) {
        TypeInformation<CommittableMessage<C>> messages =
                CommittableMessageTypeInfo.of(committer::getCommittableSerializer);
        boolean hasCheckpoints =
                rows.getExecutionEnvironment().getCheckpointConfig().isCheckpointingEnabled();
        return placed(
                last,
                toCommit(last, rows, committer, messages)
                        .transform(
                                last.getName() + ": Committer",
                                messages,
                                new CommitterOperatorFactory<>(
                                        committer, IS_BATCH, hasCheckpoints)),
                "committer");
    }

    @SuppressWarnings("unchecked") // what steps before the commits give is what is committed
    private <T, C> DataStream<CommittableMessage<C>> toCommit(
            SinkTransformation<T, ?> last,
            DataStream<T> rows,
            SupportsCommitter<C> committer,
            TypeInformation<CommittableMessage<C>> messages) {
        return committer instanceof SupportsPreCommitTopology<?, ?>
                ? prepared(last, rows, (SupportsPreCommitTopology<?, C>) committer)
                : written(last, rows, messages);
    }

    /** A sink's own operators have uids that are unique within it. */
    private <T, W, C> DataStream<CommittableMessage<C>> prepared(
            SinkTransformation<T, ?> last,
            DataStream<T> rows,
            SupportsPreCommitTopology<W, C> preparing) {
        DataStream<CommittableMessage<W>> written =
                written(
                        last,
                        rows,
                        CommittableMessageTypeInfo.of(preparing::getWriteResultSerializer));
        List<Transformation<?>> all = rows.getExecutionEnvironment().getTransformations();
        int before = all.size();
        DataStream<CommittableMessage<C>> prepared = preparing.addPreCommitTopology(written);
        for (Transformation<?> step : all.subList(before, all.size())) {
            if (step.getUid() != null) {
                step.setUid(uid + " " + step.getUid());
            }
        }
        return prepared;
    }

    private <T, C> DataStream<CommittableMessage<C>> written(
            SinkTransformation<T, ?> last,
            DataStream<T> rows,
            TypeInformation<CommittableMessage<C>> messages) {
        return placed(
                last,
                rows.transform(
                        last.getName() + ": Writer",
                        messages,
                        new SinkWriterOperatorFactory<T, C>(last.getSink())),
                "writer");
    }

    private <R> DataStream<R> placed(
            Transformation<?> last, SingleOutputStreamOperator<R> operator, String part) {
        operator.uid(uid + " " + part);
        if (last.getParallelism() > 0) {
            operator.setParallelism(last.getParallelism());
        }
        return operator;
    }

    private <R> DataStream<RowData> withoutRows(DataStream<R> stream) {
        return stream.<RowData>flatMap((message, out) -> {})
                .returns(results)
                .uid(uid + " done")
                .name("written");
    }
}
