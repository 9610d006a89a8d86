package io.flinkgpu.table.type;

import static io.flinkgpu.table.type.TestingTensors.decode;
import static io.flinkgpu.table.type.TestingTensors.encode;
import static io.flinkgpu.table.type.TestingTensors.hex;
import static io.flinkgpu.table.type.TestingTensors.ofHex;
import static io.flinkgpu.table.type.TestingTensors.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.table.data.StringData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ElementPairsTest {

    /** A value, and the bytes that numpy has for it: {@code np.array([v], '<i2').tobytes()}. */
    static Stream<Arguments> values() {
        byte tiny = -2;
        short small = -300;
        return Stream.of(
                arguments(ElementType.BOOLEAN, true, DataType.BOOL, "01"),
                arguments(ElementType.TINYINT, tiny, DataType.INT8, "fe"),
                arguments(ElementType.TINYINT, tiny, DataType.INT16, "feff"),
                arguments(ElementType.TINYINT, tiny, DataType.INT32, "feffffff"),
                arguments(ElementType.TINYINT, tiny, DataType.INT64, "feffffffffffffff"),
                arguments(ElementType.TINYINT, tiny, DataType.FLOAT32, "000000c0"),
                arguments(ElementType.TINYINT, tiny, DataType.FLOAT64, "00000000000000c0"),
                arguments(ElementType.SMALLINT, small, DataType.INT16, "d4fe"),
                arguments(ElementType.SMALLINT, small, DataType.INT32, "d4feffff"),
                arguments(ElementType.SMALLINT, small, DataType.INT64, "d4feffffffffffff"),
                arguments(ElementType.SMALLINT, small, DataType.FLOAT32, "000096c3"),
                arguments(ElementType.SMALLINT, small, DataType.FLOAT64, "0000000000c072c0"),
                arguments(ElementType.SMALLINT, (short) 200, DataType.UINT8, "c8"),
                arguments(ElementType.INT, 70_000, DataType.INT32, "70110100"),
                arguments(ElementType.INT, 70_000, DataType.INT64, "7011010000000000"),
                arguments(ElementType.INT, 70_000, DataType.FLOAT64, "000000000017f140"),
                arguments(ElementType.INT, 65_535, DataType.UINT16, "ffff"),
                arguments(ElementType.BIGINT, -5L, DataType.INT64, "fbffffffffffffff"),
                arguments(ElementType.BIGINT, 4_294_967_295L, DataType.UINT32, "ffffffff"),
                arguments(ElementType.BIGINT, 7L, DataType.UINT64, "0700000000000000"),
                arguments(ElementType.FLOAT, 0.1f, DataType.FLOAT32, "cdcccc3d"),
                arguments(ElementType.FLOAT, 0.1f, DataType.FLOAT64, "000000a09999b93f"),
                arguments(ElementType.FLOAT, 0.1f, DataType.FLOAT16, "662e"),
                arguments(ElementType.FLOAT, 0.1f, DataType.BFLOAT16, "cd3d"),
                arguments(ElementType.DOUBLE, 0.1, DataType.FLOAT64, "9a9999999999b93f"),
                arguments(
                        ElementType.STRING,
                        StringData.fromString("ä"),
                        DataType.BYTES,
                        "02000000c3a4"),
                arguments(ElementType.BYTES, new byte[] {9}, DataType.BYTES, "0100000009"),
                arguments(ElementType.BYTES, new byte[] {9}, DataType.UINT8, "09"));
    }

    @ParameterizedTest(name = "{0} as {2}")
    @MethodSource("values")
    void givesAnElementToATensorAndBack(
            ElementType element, Object value, DataType tensor, String bytes) throws Exception {
        Tensor encoded = encode(element.logicalType(), value, spec(tensor, -1, 1));

        assertThat(hex(encoded)).isEqualTo(bytes);
        if (ElementPairs.columnsFor(tensor).contains(element) && !isRounded(tensor)) {
            assertThat(decode(element.logicalType(), encoded, spec(tensor, -1, 1)))
                    .isEqualTo(value);
        }
    }

    private static boolean isRounded(DataType tensor) {
        return tensor == DataType.FLOAT16 || tensor == DataType.BFLOAT16;
    }

    @Test
    void testsEveryPair() {
        List<String> tested = values().map(pair -> pair.get()[0] + " as " + pair.get()[2]).toList();
        List<String> all = new ArrayList<>();
        for (ElementType element : ElementType.values()) {
            ElementPairs.tensorsFor(element).forEach(tensor -> all.add(element + " as " + tensor));
        }

        assertThat(tested).containsExactlyInAnyOrderElementsOf(all);
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                arguments(DataType.INT8, "fe", -2),
                arguments(DataType.INT16, "d4fe", -300),
                arguments(DataType.INT32, "70110100", 70_000),
                arguments(DataType.INT64, "fbffffffffffffff", -5),
                arguments(DataType.UINT8, "c8", 200),
                arguments(DataType.UINT16, "ffff", 65_535),
                arguments(DataType.UINT32, "ffffffff", 4_294_967_295L),
                arguments(DataType.UINT64, "0700000000000000", 7),
                arguments(DataType.FLOAT16, "003c", 1),
                arguments(DataType.BFLOAT16, "803f", 1),
                arguments(DataType.FLOAT32, "0000003f", 0.5),
                arguments(DataType.FLOAT64, "000000000000e03f", 0.5));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void givesATensorsElementToEveryColumnThatHoldsIt(
            DataType tensor, String bytes, Number expected) {
        for (ElementType element : ElementPairs.columnsFor(tensor)) {
            if (element != ElementType.BYTES) {
                Object value =
                        decode(
                                element.logicalType(),
                                ofHex(tensor, Shape.of(1), bytes),
                                spec(tensor, -1));

                assertThat(((Number) value).doubleValue())
                        .as("%s", element)
                        .isEqualTo(expected.doubleValue());
            }
        }
    }

    @Test
    void refusesEveryOtherPair() {
        for (ElementType element : ElementType.values()) {
            for (DataType tensor : DataType.values()) {
                if (!ElementPairs.tensorsFor(element).contains(tensor)) {
                    assertThatThrownBy(
                                    () ->
                                            ColumnEncoder.of(
                                                    "c",
                                                    0,
                                                    element.logicalType(),
                                                    "x",
                                                    spec(tensor, -1)))
                            .as("%s as %s", element, tensor)
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageStartingWith("Invalid type of column 'c': ");
                }
                if (!ElementPairs.columnsFor(tensor).contains(element)) {
                    assertThatThrownBy(
                                    () ->
                                            ColumnDecoder.of(
                                                    "c",
                                                    element.logicalType(),
                                                    "x",
                                                    spec(tensor, -1)))
                            .as("%s of %s", element, tensor)
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageStartingWith("Invalid type of column 'c': ");
                }
            }
        }
    }

    @Test
    void refusesNumbersThatAnUnsignedTensorCannotHold() {
        assertThatThrownBy(
                        () ->
                                encode(
                                        ElementType.SMALLINT.logicalType(),
                                        (short) 256,
                                        spec(DataType.UINT8, -1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid value of column 'c': its number 256 is not within 0 to 255. Input 'x' takes [] of uint8.");
        assertThatThrownBy(
                        () ->
                                encode(
                                        ElementType.BIGINT.logicalType(),
                                        -1L,
                                        spec(DataType.UINT64, -1)))
                .hasMessageContaining("-1");
    }

    @Test
    void refusesUnsignedNumbersThatBigintCannotHold() {
        Tensor largest = ofHex(DataType.UINT64, Shape.of(1), "ffffffffffffffff");

        assertThatThrownBy(
                        () ->
                                decode(
                                        ElementType.BIGINT.logicalType(),
                                        largest,
                                        spec(DataType.UINT64, -1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid element of output 'x': 18446744073709551615. BIGINT holds at most 9223372036854775807.");
    }
}
