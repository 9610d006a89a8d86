package io.flinkgpu.job.expression;

import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowSchema;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Expressions;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.types.DataType;
import org.apache.flink.types.Row;

/**
 * Checks SQL expressions against the fields of rows, without running anything.
 *
 * <p>An expression is scalar: one value a row, of the row's fields, constants and Flink's built-in
 * functions; subqueries and aggregates are refused. Not thread-safe; the first check loads Flink's
 * planner.
 */
@PublicEvolving
public final class SqlExpressions {

    @Nullable private StreamExecutionEnvironment checks;
    @Nullable private StreamTableEnvironment tables;

    /**
     * The field that an expression makes.
     *
     * @throws InvalidExpressionException if it is no expression over these fields, or makes values
     *     that no field can hold
     */
    public Field field(String name, String expression, RowSchema input)
            throws InvalidExpressionException {
        DataType type = typeOf(expression, input);
        return TableTypes.field(name, type)
                .orElseThrow(
                        () ->
                                new InvalidExpressionException(
                                        "It makes %s, which no field can hold. Write CAST(... AS DOUBLE), or another type of %s."
                                                .formatted(
                                                        type.getLogicalType().asSummaryString(),
                                                        FieldType.names())));
    }

    /**
     * Checks a condition.
     *
     * @throws InvalidExpressionException if it is no expression over these fields, or is not true
     *     or false
     */
    public void requireCondition(String expression, RowSchema input)
            throws InvalidExpressionException {
        Field field = field("condition", expression, input);
        if (field.type() != FieldType.BOOLEAN) {
            throw new InvalidExpressionException(
                    "It makes %s. It must be true or false, such as a comparison."
                            .formatted(field.type()));
        }
    }

    private DataType typeOf(String expression, RowSchema input) throws InvalidExpressionException {
        try {
            Table result = table(input).select(Expressions.callSql(expression).as("checked"));
            // Finds what passes as an expression and is none, such as an aggregate.
            tables().toDataStream(result);
            return result.getResolvedSchema().getColumnDataTypes().get(0);
        } catch (RuntimeException | AssertionError refused) {
            // Calcite asserts where it meets a subquery.
            throw new InvalidExpressionException(PlannerMessages.reason(refused), refused);
        }
    }

    private Table table(RowSchema input) {
        StreamTableEnvironment environment = tables();
        int fields = input.fields().size();
        return environment.fromDataStream(
                checks.fromSequence(0, 0)
                        .map(number -> Row.withPositions(fields))
                        .returns(input.typeInfo()),
                TableTypes.columns(input));
    }

    private StreamTableEnvironment tables() {
        if (tables == null) {
            // Not a local one, which Flink's client refuses while it runs a program.
            checks = new StreamExecutionEnvironment(new Configuration());
            tables = StreamTableEnvironment.create(checks);
        }
        return tables;
    }
}
