package io.flinkgpu.table.type;

import static io.flinkgpu.table.type.TestingTensors.decode;
import static io.flinkgpu.table.type.TestingTensors.encode;
import static io.flinkgpu.table.type.TestingTensors.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorRow;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryArrayData;
import org.apache.flink.table.types.logical.LogicalType;
import org.junit.jupiter.api.Test;

class ColumnShapesTest {

    private static final LogicalType FLOAT = DataTypes.FLOAT().getLogicalType();
    private static final LogicalType FLOATS = DataTypes.ARRAY(DataTypes.FLOAT()).getLogicalType();
    private static final LogicalType MATRIX =
            DataTypes.ARRAY(DataTypes.ARRAY(DataTypes.FLOAT())).getLogicalType();

    private static final ArrayData TWO_BY_THREE = arrays(floats(1, 2, 3), floats(4, 5, 6));

    @Test
    void nestsAsDeepAsTheTensor() throws Exception {
        TensorSpec spec = spec(DataType.FLOAT32, -1, 2, -1);
        Tensor tensor = encode(MATRIX, TWO_BY_THREE, spec);

        assertThat(tensor).isEqualTo(Tensor.ofFloats(Shape.of(1, 2, 3), 1, 2, 3, 4, 5, 6));
        assertThat(decode(MATRIX, tensor, spec)).isEqualTo(TWO_BY_THREE);
    }

    @Test
    void takesAFlatArrayForAKnownShape() throws Exception {
        TensorSpec spec = spec(DataType.FLOAT32, -1, 2, 3);
        Tensor tensor = encode(FLOATS, floats(1, 2, 3, 4, 5, 6), spec);

        assertThat(tensor).isEqualTo(Tensor.ofFloats(Shape.of(1, 2, 3), 1, 2, 3, 4, 5, 6));
        assertThat(decode(FLOATS, tensor, spec)).isEqualTo(floats(1, 2, 3, 4, 5, 6));
    }

    @Test
    void takesArraysOfAnyKind() throws Exception {
        TensorSpec spec = spec(DataType.FLOAT32, -1, -1);
        Tensor expected = Tensor.ofFloats(Shape.of(1, 2), 1, 2);

        for (ArrayData array :
                List.of(
                        floats(1, 2),
                        new GenericArrayData(new float[] {1, 2}),
                        new GenericArrayData(new Float[] {1f, 2f}))) {
            assertThat(encode(FLOATS, array, spec)).isEqualTo(expected);
        }
    }

    @Test
    void takesASingleValueAsARowOfOne() throws Exception {
        assertThat(encode(FLOAT, 7f, spec(DataType.FLOAT32, -1, 1, -1)).shape())
                .isEqualTo(Shape.of(1, 1, 1));
        assertThat(encode(FLOAT, 7f, spec(DataType.FLOAT32, -1)).shape()).isEqualTo(Shape.of(1));
        assertThat(decode(FLOAT, Tensor.ofFloats(Shape.of(1, 1), 7), spec(DataType.FLOAT32, -1, 1)))
                .isEqualTo(7f);
    }

    @Test
    void shapesAnArrayOfAnOpenModelAsItIs() throws Exception {
        assertThat(encode(MATRIX, TWO_BY_THREE, null).shape()).isEqualTo(Shape.of(1, 2, 3));
        assertThat(encode(FLOATS, floats(1, 2), null).shape()).isEqualTo(Shape.of(1, 2));
        assertThat(encode(FLOAT, 1f, null).shape()).isEqualTo(Shape.of(1));
        assertThat(decode(MATRIX, Tensor.ofFloats(Shape.of(1, 1, 2), 1, 2), null))
                .isEqualTo(arrays(floats(1, 2)));
    }

    @Test
    void keepsEmptyArrays() throws Exception {
        assertThat(encode(MATRIX, arrays(), null).shape()).isEqualTo(Shape.of(1, 0, 0));
        assertThat(encode(FLOATS, floats(), spec(DataType.FLOAT32, -1, -1)).shape())
                .isEqualTo(Shape.of(1, 0));
        assertThat(decode(MATRIX, Tensor.ofFloats(Shape.of(1, 0, 2)), null)).isEqualTo(arrays());
    }

    @Test
    void nestsStrings() throws Exception {
        LogicalType type = DataTypes.ARRAY(DataTypes.ARRAY(DataTypes.STRING())).getLogicalType();
        ArrayData value = arrays(strings("a", "b"), strings("c", "d"));

        Tensor tensor = encode(type, value, spec(DataType.BYTES, -1, 2, 2));

        assertThat(tensor).isEqualTo(Tensor.ofStrings(Shape.of(1, 2, 2), "a", "b", "c", "d"));
        assertThat(decode(type, tensor, spec(DataType.BYTES, -1, 2, 2))).isEqualTo(value);
    }

    @Test
    void readsRowsOfUint8AsBytes() throws Exception {
        LogicalType type = DataTypes.BYTES().getLogicalType();
        byte[] pixels = {1, 2, 3, 4};

        Tensor tensor = encode(type, pixels, spec(DataType.UINT8, -1, 2, 2));

        assertThat(tensor.shape()).isEqualTo(Shape.of(1, 2, 2));
        assertThat(decode(type, tensor, spec(DataType.UINT8, -1, 2, 2))).isEqualTo(pixels);
    }

    @Test
    void splitsAnOutputIntoTheFieldsOfARow() {
        LogicalType type =
                DataTypes.ROW(
                                DataTypes.FIELD("no", DataTypes.FLOAT()),
                                DataTypes.FIELD("yes", DataTypes.DOUBLE()))
                        .getLogicalType();

        assertThat(
                        decode(
                                type,
                                Tensor.ofFloats(Shape.of(1, 2), 0.25f, 0.75f),
                                spec(DataType.FLOAT32, -1, 2)))
                .isEqualTo(GenericRowData.of(0.25f, 0.75));
        assertThatThrownBy(() -> ColumnDecoder.of("c", type, "x", spec(DataType.FLOAT32, -1, 3)))
                .hasMessage(
                        "Invalid type of column 'c': a ROW of 2 fields. The model's output 'x' gives [-1, 3] float32, which are 3 elements a row: declare as many fields.");
    }

    @Test
    void takesARowFromSeveralOutputs() {
        ColumnDecoder row =
                ColumnDecoder.ofFields(
                        List.of(
                                ColumnDecoder.of("c.a", FLOAT, "a", null),
                                ColumnDecoder.of("c.b", FLOATS, "b", null)));
        TensorBatch answer =
                TensorBatch.of(
                        Map.of(
                                "a", Tensor.ofFloats(Shape.of(1), 1),
                                "b", Tensor.ofFloats(Shape.of(1, 2), 2, 3)));

        assertThat(row.decode(new TensorRow(answer)))
                .isEqualTo(GenericRowData.of(1f, floats(2, 3)));
    }

    @Test
    void refusesTypesAtPlanTimeAndSaysWhatFits() {
        TensorSpec image = spec(DataType.FLOAT32, -1, 28, 28);

        assertThatThrownBy(
                        () ->
                                ColumnEncoder.of(
                                        "pixels",
                                        0,
                                        DataTypes.ARRAY(DataTypes.DOUBLE()).getLogicalType(),
                                        "x",
                                        image))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid type of column 'pixels': ARRAY<DOUBLE>. The model's input 'x' takes [-1, 28, 28] float32: declare the column ARRAY<ARRAY<FLOAT>> and CAST what goes in.");
        assertThatThrownBy(() -> ColumnEncoder.of("c", 0, FLOAT, "x", image))
                .hasMessageContaining("Invalid type of column 'c': FLOAT.");
        assertThatThrownBy(
                        () ->
                                ColumnEncoder.of(
                                        "c", 0, FLOATS, "x", spec(DataType.FLOAT32, -1, -1, 3)))
                .hasMessageContaining("ARRAY<ARRAY<FLOAT>>");
        assertThatThrownBy(
                        () ->
                                ColumnEncoder.of(
                                        "c", 0, DataTypes.DATE().getLogicalType(), "x", null))
                .hasMessage(
                        "Invalid type of column 'c': DATE. No tensor holds such values: CAST them.");
        assertThatThrownBy(() -> ColumnDecoder.of("label", FLOAT, "y", spec(DataType.INT64, -1)))
                .hasMessage(
                        "Invalid type of column 'label': FLOAT. The model's output 'y' gives [-1] int64: declare the column BIGINT.");
        assertThatThrownBy(() -> ColumnDecoder.of("c", MATRIX, "y", spec(DataType.FLOAT32, -1, 3)))
                .hasMessageContaining("declare the column ARRAY<FLOAT>.");
        assertThatThrownBy(() -> ColumnDecoder.of("c", FLOAT, "y", spec(DataType.FLOAT32, -1, 3)))
                .hasMessageContaining("declare the column ARRAY<FLOAT>.");
    }

    @Test
    void refusesValuesOfARow() {
        TensorSpec spec = spec(DataType.FLOAT32, -1, 3);

        assertThatThrownBy(() -> encode(FLOATS, null, spec))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid value of column 'c': it is NULL. Input 'x' takes [3] of float32.");
        assertThatThrownBy(() -> encode(FLOATS, floats(1, 2), spec))
                .hasMessage(
                        "Invalid value of column 'c': it has 2 elements. Input 'x' takes [3] of float32.");
        assertThatThrownBy(
                        () ->
                                encode(
                                        FLOATS,
                                        new GenericArrayData(new Float[] {1f, null, 3f}),
                                        spec))
                .hasMessageContaining("its element 1 is NULL.");
        assertThatThrownBy(() -> encode(MATRIX, arrays(floats(1, 2), floats(3)), null))
                .hasMessageContaining("its arrays differ in length at depth 1: 2 and 1.");
        assertThatThrownBy(() -> encode(MATRIX, TWO_BY_THREE, spec(DataType.FLOAT32, -1, -1, 4)))
                .hasMessageContaining("its shape is [2, 3].");
    }

    @Test
    void refusesAnswersOfAnOpenModel() {
        Tensor two = Tensor.ofFloats(Shape.of(1, 2), 1, 2);

        assertThatThrownBy(() -> decode(FLOAT, two, null))
                .hasMessage(
                        "Cannot read output 'x' as column 'c': it has 2 elements a row, and the column is FLOAT. Declare it ARRAY<FLOAT>.");
        assertThatThrownBy(() -> decode(MATRIX, two, null))
                .hasMessage(
                        "Cannot read output 'x' as column 'c': its rows have shape [2], and the column's ARRAYs are 2 deep.");
        assertThatThrownBy(() -> decode(DataTypes.INT().getLogicalType(), two, null))
                .hasMessage(
                        "Cannot read output 'x' as column 'c': it is float32, and the column holds INT.");
    }

    @Test
    void namesTheUsualTypeOfATensor() {
        assertThat(usual(spec(DataType.INT64, -1))).isEqualTo("BIGINT");
        assertThat(usual(spec(DataType.FLOAT32, -1, 1))).isEqualTo("FLOAT");
        assertThat(usual(spec(DataType.FLOAT32, -1, 784))).isEqualTo("ARRAY<FLOAT>");
        assertThat(usual(spec(DataType.FLOAT32, -1, -1, 4))).isEqualTo("ARRAY<ARRAY<FLOAT>>");
        assertThat(usual(spec(DataType.UINT8, -1, 28, 28))).isEqualTo("BYTES");
        assertThat(usual(spec(DataType.UINT8, -1, -1, 3))).isEqualTo("ARRAY<ARRAY<SMALLINT>>");
        assertThat(usual(spec(DataType.BYTES, -1))).isEqualTo("STRING");
        assertThat(usual(new TensorSpec("x", DataType.BOOL, Shape.ofUnknownRank())))
                .isEqualTo("ARRAY<BOOLEAN>");
    }

    private static String usual(TensorSpec spec) {
        return TensorTypes.columnType(spec).asSummaryString();
    }

    private static ArrayData floats(float... values) {
        return BinaryArrayData.fromPrimitiveArray(values);
    }

    private static ArrayData strings(String... values) {
        Object[] all = new Object[values.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = StringData.fromString(values[i]);
        }
        return new GenericArrayData(all);
    }

    private static ArrayData arrays(Object... values) {
        return new GenericArrayData(values);
    }
}
