package io.flinkgpu.connectors.table.function;

import static io.flinkgpu.connectors.table.function.TestingCall.Argument.column;
import static io.flinkgpu.connectors.table.function.TestingCall.Argument.literal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.TypeInference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DecoderArgumentsTest {

    private static final TestingCall.Argument BYTES = column(DataTypes.BYTES());
    private static final DataType PIXELS =
            DataTypes.ARRAY(DataTypes.FLOAT()).bridgedTo(ArrayData.class);

    @Test
    void takesBytesAndLiterals() {
        TestingCall call =
                TestingCall.of(BYTES, literal(28), literal(28), literal(1), literal("PAD"));

        assertThat(ImageCall.ARGUMENTS.inferInputTypes(call, true))
                .hasValueSatisfying(types -> assertThat(types).hasSize(5));
        assertThat(ImageCall.ARGUMENTS.getArgumentCount().isValidCount(4)).isTrue();
        assertThat(ImageCall.ARGUMENTS.getArgumentCount().isValidCount(3)).isFalse();
        assertThat(ImageCall.ARGUMENTS.getArgumentCount().isValidCount(6)).isFalse();
    }

    @Test
    void isNullWhereTheBytesAre() {
        TestingCall ofNullable = TestingCall.of(BYTES, literal(8_000));
        TestingCall ofBytes = TestingCall.of(column(DataTypes.BYTES().notNull()), literal(8_000));

        assertThat(output(AudioCall.ARGUMENTS.toInference(false), ofNullable)).isEqualTo(PIXELS);
        assertThat(output(AudioCall.ARGUMENTS.toInference(false), ofBytes))
                .isEqualTo(PIXELS.notNull());
        assertThat(output(AudioCall.ARGUMENTS.toInference(true), ofBytes)).isEqualTo(PIXELS);
    }

    static Stream<Arguments> invalidCalls() {
        return Stream.of(
                Arguments.of(
                        TestingCall.of(
                                column(DataTypes.STRING()), literal(1), literal(1), literal(1)),
                        "Invalid bytes: STRING. It must be BYTES, the content of a file."),
                Arguments.of(
                        TestingCall.of(BYTES, column(DataTypes.INT()), literal(1), literal(1)),
                        "Invalid height: INT. It must be a literal of type INT, and not NULL."),
                Arguments.of(
                        TestingCall.of(BYTES, literal(1), literal("1"), literal(1)),
                        "Invalid width: CHAR(1) NOT NULL. It must be a literal of type INT, and not NULL."),
                Arguments.of(
                        TestingCall.of(
                                BYTES,
                                literal(1),
                                new TestingCall.Argument(DataTypes.INT(), true, null),
                                literal(1)),
                        "Invalid width: INT. It must be a literal of type INT, and not NULL."),
                Arguments.of(
                        TestingCall.of(BYTES, literal(0), literal(1), literal(1)),
                        "Invalid height: 0. It must be at least 1."),
                Arguments.of(
                        TestingCall.of(BYTES, literal(1), literal(1), literal(2)),
                        "Invalid channels: 2. It must be 1 (luminance) or 3 (RGB)."),
                Arguments.of(
                        TestingCall.of(BYTES, literal(1), literal(1), literal(1), literal("fill")),
                        "Invalid resize: 'fill'. It must be one of [stretch, pad, crop]."));
    }

    @ParameterizedTest
    @MethodSource("invalidCalls")
    void refuses(TestingCall call, String message) {
        assertThatThrownBy(() -> ImageCall.ARGUMENTS.inferInputTypes(call, true))
                .isInstanceOf(ValidationException.class)
                .hasMessage(message);
        assertThat(ImageCall.ARGUMENTS.inferInputTypes(call, false)).isEmpty();
    }

    @Test
    void refusesARateThatNoAudioHas() {
        TestingCall call = TestingCall.of(BYTES, literal(10));

        assertThatThrownBy(() -> AudioCall.ARGUMENTS.inferInputTypes(call, true))
                .isInstanceOf(ValidationException.class)
                .hasMessage("Invalid sample_rate: 10. It must be within 1000 and 384000 (Hz).");
    }

    private static DataType output(TypeInference inference, TestingCall call) {
        return inference.getOutputTypeStrategy().inferType(call).orElseThrow();
    }
}
