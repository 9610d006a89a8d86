package io.flinkgpu.job.expression;

import static org.apache.flink.table.api.Expressions.$;
import static org.apache.flink.table.api.Expressions.callSql;

import io.flinkgpu.job.row.RowSchema;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.ApiExpression;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.types.Row;

/**
 * Adds checked SQL expressions to the streams of an environment.
 *
 * <p>The planner makes one operator without state of them, at the stream's parallelism and in its
 * slot sharing group, which chains with its neighbours. A failure of an expression while the job
 * runs, such as a CAST of a text that is no number, fails the job. Not thread-safe.
 */
@PublicEvolving
public final class SqlTransformation {

    private final StreamExecutionEnvironment environment;
    @Nullable private StreamTableEnvironment tables;

    /** Adds to the streams of an environment. Flink's planner is loaded by the first expression. */
    public SqlTransformation(StreamExecutionEnvironment environment) {
        this.environment = environment;
    }

    /**
     * Rows with the fields of {@code output}, each an expression's or else the input's of that
     * name.
     *
     * @param expressions by the name of their field
     */
    public SingleOutputStreamOperator<Row> project(
            DataStream<Row> stream,
            RowSchema input,
            Map<String, String> expressions,
            RowSchema output) {
        ApiExpression[] columns =
                output.names().stream()
                        .map(name -> column(name, expressions, input))
                        .toArray(ApiExpression[]::new);
        return rows(table(stream, input).select(columns), output);
    }

    /** The rows for which a condition is true. */
    public SingleOutputStreamOperator<Row> filter(
            DataStream<Row> stream, RowSchema input, String condition) {
        return rows(table(stream, input).filter(callSql(condition)), input);
    }

    /** A field's name is no expression where SQL has a keyword of that name. */
    private static ApiExpression column(
            String name, Map<String, String> expressions, RowSchema input) {
        String expression = expressions.getOrDefault(name, name);
        ApiExpression value =
                input.find(expression).isPresent() ? $(expression) : callSql(expression);
        return value.as(name);
    }

    private Table table(DataStream<Row> stream, RowSchema input) {
        return tables().fromDataStream(stream, TableTypes.columns(input));
    }

    private StreamTableEnvironment tables() {
        if (tables == null) {
            tables = StreamTableEnvironment.create(environment);
        }
        return tables;
    }

    private SingleOutputStreamOperator<Row> rows(Table table, RowSchema output) {
        ResolvedSchema columns = table.getResolvedSchema();
        DataStream<Row> rows =
                tables().toDataStream(
                                table,
                                TableTypes.rowType(
                                        columns.getColumnNames(), columns.getColumnDataTypes()));
        return rows.map(new PrimitiveArrays(output)).returns(output.typeInfo());
    }
}
