package io.flinkgpu.job.element;

import io.flinkgpu.inference.ledger.SinkProbe;
import io.flinkgpu.inference.ledger.SinkProbes;
import io.flinkgpu.job.expression.SqlTransformation;
import io.flinkgpu.job.row.RowSchema;
import io.flinkgpu.resources.StageProfile;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.types.Row;

/**
 * What an element is told when it is added to a job.
 *
 * @param name of the element
 * @param rows that it takes; null for a source
 * @param movesRows whether the rows come from another place than the element's
 * @param takesDeadLetters whether another element takes its dead letters; if not, a row that it
 *     cannot deal with fails the job
 * @param placement where its subtasks run
 * @param expressions adds expressions to streams of the job
 * @param environment of the job
 */
@PublicEvolving
public record BuildContext(
        String name,
        @Nullable DataStream<Row> rows,
        boolean movesRows,
        boolean takesDeadLetters,
        Placement placement,
        SqlTransformation expressions,
        StreamExecutionEnvironment environment) {

    /**
     * Where the subtasks of an element run.
     *
     * @param profile null: in Flink's default slots
     * @param parallelism 0: the job's
     */
    @PublicEvolving
    public record Placement(@Nullable StageProfile profile, int parallelism) {}

    /**
     * The rows that it takes, by an operator in the element's own place: for operators that others
     * make, and that stay in the place of what is in front of them.
     */
    public DataStream<Row> placedInput() {
        return movesRows
                ? place("input", input().map(row -> row).returns(input().getType()))
                : input();
    }

    /** The same for an element that takes other rows. */
    public BuildContext withRows(DataStream<Row> other) {
        return new BuildContext(
                name, other, movesRows, takesDeadLetters, placement, expressions, environment);
    }

    /** The rows that it takes. */
    public DataStream<Row> input() {
        return Objects.requireNonNull(rows, "a source takes no rows");
    }

    /** Rows and dead letters of a function that takes the element's rows in its place. */
    public ElementOutput process(ProcessFunction<Row, Row> function, RowSchema output) {
        return ElementOutput.withDeadLetters(
                place(input().process(function).returns(output.typeInfo())));
    }

    /** Gives an operator the element's name, uid, profile and parallelism. */
    public <T> SingleOutputStreamOperator<T> place(SingleOutputStreamOperator<T> operator) {
        return placeAs(name, operator);
    }

    /**
     * The same for one more operator of the element.
     *
     * @param part what it does, such as {@code parse}; the operator is named {@code NAME.PART}
     */
    public <T> SingleOutputStreamOperator<T> place(
            String part, SingleOutputStreamOperator<T> operator) {
        return placeAs(name + "." + part, operator);
    }

    /** Gives a sink the element's name, uid, profile and parallelism. */
    public void place(DataStreamSink<?> sink) {
        sink.name(name).uid(name);
        if (placement.parallelism() > 0) {
            sink.setParallelism(placement.parallelism());
        }
        if (placement.profile() != null) {
            sink.slotSharingGroup(placement.profile().toSlotSharingGroup());
        }
    }

    /** Has the ledger record how far the sink has committed. */
    public void recordAs(SinkProbe probe) {
        SinkProbes.add(environment, name, probe);
    }

    private <T> SingleOutputStreamOperator<T> placeAs(
            String operatorName, SingleOutputStreamOperator<T> operator) {
        operator.name(operatorName).uid(operatorName);
        if (placement.parallelism() > 0) {
            operator.setParallelism(placement.parallelism());
        }
        if (placement.profile() != null) {
            operator.slotSharingGroup(placement.profile().toSlotSharingGroup());
        }
        return operator;
    }
}
