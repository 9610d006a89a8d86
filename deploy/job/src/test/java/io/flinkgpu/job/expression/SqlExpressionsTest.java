package io.flinkgpu.job.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowSchema;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(Lifecycle.PER_CLASS) // one planner is loaded for all
class SqlExpressionsTest {

    private static final RowSchema INPUT =
            RowSchema.of(
                    Field.of("path", FieldType.STRING),
                    Field.of("content", FieldType.BYTES),
                    Field.of("size", FieldType.BIGINT),
                    Field.of("scores", FieldType.FLOATS),
                    Field.of("at", FieldType.TIMESTAMP));

    private final SqlExpressions expressions = new SqlExpressions();

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "UPPER(path); string",
                "size * 2; bigint",
                "CAST(size AS DOUBLE) / 3; double",
                "ARRAY_POSITION(scores, ARRAY_MAX(scores)) - 1; int",
                "ARRAY_MAX(scores); float",
                "CAST(scores AS ARRAY<DOUBLE>); array<double>",
                "SPLIT(path, '/'); array<string>",
                "size > 0 AND path LIKE '%.jpg'; boolean",
                "CURRENT_TIMESTAMP; timestamp",
                "`at`; timestamp",
                "content; bytes"
            })
    void tellsTheTypeOfAnExpression(String expression, String type) throws Exception {
        assertThat(expressions.field("x", expression, INPUT).type()).hasToString(type);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "nope; Unknown identifier 'nope' (column 1).",
                "1 + nope; Unknown identifier 'nope' (column 5).",
                "UPPER(; Encountered \"<EOF>\" at column 6.",
                "FOO(path); No match found for function signature FOO(<CHARACTER>) (column 1).",
                "SUM(size); Unsupported call: SUM(BIGINT).",
                "size > (SELECT 1); It is no expression of a row's fields: subqueries are not allowed."
            })
    void saysWhatIsWrong(String expression, String message) {
        assertThatThrownBy(() -> expressions.field("x", expression, INPUT))
                .isInstanceOf(InvalidExpressionException.class)
                .hasMessage(message);
    }

    @Test
    void refusesTypesThatNoFieldHolds() {
        assertThatThrownBy(() -> expressions.field("x", "size / 7.0", INPUT))
                .isInstanceOf(InvalidExpressionException.class)
                .hasMessageStartingWith(
                        "It makes DECIMAL(26, 6), which no field can hold. Write CAST(... AS DOUBLE)");
    }

    @Test
    void checksWhileFlinksClientRunsTheProgram() throws Exception {
        ClientContext.enter();
        try {
            assertThat(new SqlExpressions().field("x", "size + 1", INPUT).type())
                    .isEqualTo(FieldType.BIGINT);
        } finally {
            ClientContext.leave();
        }
    }

    @Test
    void aConditionIsTrueOrFalse() throws Exception {
        expressions.requireCondition("size > 10", INPUT);

        assertThatThrownBy(() -> expressions.requireCondition("size + 1", INPUT))
                .isInstanceOf(InvalidExpressionException.class)
                .hasMessage("It makes bigint. It must be true or false, such as a comparison.");
    }

    /** What {@code flink run} puts around a program: no environment but its own may be made. */
    private static final class ClientContext extends StreamExecutionEnvironment {

        static void enter() {
            initializeContextEnvironment(StreamExecutionEnvironment::new);
        }

        static void leave() {
            resetContextEnvironment();
        }
    }
}
