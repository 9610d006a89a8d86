package io.flinkgpu.table.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.types.DataType;
import org.junit.jupiter.api.Test;

class NumberArraysTest {

    @Test
    void readsNumbersOfEveryType() {
        assertThat(doubles(DataTypes.TINYINT(), new GenericArrayData(new byte[] {-1, 2})))
                .containsExactly(-1, 2);
        assertThat(doubles(DataTypes.SMALLINT(), new GenericArrayData(new short[] {-1, 2})))
                .containsExactly(-1, 2);
        assertThat(doubles(DataTypes.INT(), new GenericArrayData(new int[] {-1, 2})))
                .containsExactly(-1, 2);
        assertThat(doubles(DataTypes.BIGINT(), new GenericArrayData(new long[] {-1, 2})))
                .containsExactly(-1, 2);
        assertThat(doubles(DataTypes.FLOAT(), new GenericArrayData(new float[] {-1.5f, 2})))
                .containsExactly(-1.5, 2);
        assertThat(doubles(DataTypes.DOUBLE(), new GenericArrayData(new double[] {-1.5, 2})))
                .containsExactly(-1.5, 2);
    }

    @Test
    void picksElementsAsTheyAre() {
        ArrayData array = new GenericArrayData(new float[] {1, 2, 3});

        assertThat(of(DataTypes.FLOAT()).pick(array, new int[] {2, 0})).containsExactly(3f, 1f);
    }

    @Test
    void isForFlatArraysOfNumbersAlone() {
        assertThat(NumberArrays.of(DataTypes.INT().getLogicalType())).isEmpty();
        assertThat(NumberArrays.of(DataTypes.ARRAY(DataTypes.STRING()).getLogicalType())).isEmpty();
        assertThat(NumberArrays.of(DataTypes.ARRAY(DataTypes.BOOLEAN()).getLogicalType()))
                .isEmpty();
        assertThat(
                        NumberArrays.of(
                                DataTypes.ARRAY(DataTypes.ARRAY(DataTypes.INT())).getLogicalType()))
                .isEmpty();
    }

    @Test
    void measuresNestedArrays() {
        ArrayData row = new GenericArrayData(new int[] {1, 2, 3});

        assertThat(NumberArrays.shape(new GenericArrayData(new Object[] {row, row}), 2))
                .containsExactly(2, 3);
        assertThat(NumberArrays.shape(new GenericArrayData(new Object[0]), 2))
                .containsExactly(0, 0);
        assertThat(
                        NumberArrays.depth(
                                DataTypes.ARRAY(DataTypes.ARRAY(DataTypes.DATE()))
                                        .getLogicalType()))
                .isEqualTo(2);
    }

    @Test
    void refusesArraysThatAreNoTensor() {
        ArrayData two = new GenericArrayData(new int[] {1, 2});
        ArrayData one = new GenericArrayData(new int[] {1});

        assertThatThrownBy(
                        () -> NumberArrays.shape(new GenericArrayData(new Object[] {two, one}), 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("its arrays differ in length at depth 1: 2 and 1");
        assertThatThrownBy(
                        () -> NumberArrays.shape(new GenericArrayData(new Object[] {two, null}), 2))
                .hasMessage("its element 1 is NULL");
    }

    private static double[] doubles(DataType element, ArrayData array) {
        return of(element).doubles(array);
    }

    private static NumberArrays of(DataType element) {
        return NumberArrays.of(DataTypes.ARRAY(element).getLogicalType()).orElseThrow();
    }
}
