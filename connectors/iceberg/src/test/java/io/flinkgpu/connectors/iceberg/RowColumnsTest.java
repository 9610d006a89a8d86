package io.flinkgpu.connectors.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;

class RowColumnsTest {

    @SuppressWarnings("ArrayRecordComponent") // users have them, too
    record Everything(
            String text,
            boolean flag,
            Short small,
            int number,
            long big,
            float single,
            double real,
            byte[] bytes,
            Instant instant,
            LocalDateTime local,
            LocalDate day,
            TimeUnit unit,
            float[] floats,
            List<String> names,
            Tensor scores) {}

    record Wrong(Thread thread, Tensor scores, List<Object> things) {}

    private static final Map<String, DataType> TENSORS = Map.of("scores", DataType.FLOAT32);

    @Test
    void areTheFieldsOfARecord() {
        RowColumns columns = RowColumns.of(TypeInformation.of(Everything.class), TENSORS);

        assertThat(columns.columns())
                .extracting(column -> column.name() + " " + column.type())
                .containsExactly(
                        "text string",
                        "flag boolean",
                        "small int",
                        "number int",
                        "big long",
                        "single float",
                        "real double",
                        "bytes binary",
                        "instant timestamptz",
                        "local timestamp",
                        "day date",
                        "unit string",
                        "floats list<float>",
                        "names list<string>",
                        "scores list<float>");
        assertThat(columns.columns()).allMatch(NestedField::isOptional);
    }

    @Test
    void areTheFieldsOfARow() {
        RowColumns columns =
                RowColumns.of(
                        Types.ROW_NAMED(
                                new String[] {"id", "floats", "names", "scores"},
                                Types.LONG,
                                Types.PRIMITIVE_ARRAY(Types.FLOAT),
                                Types.LIST(Types.STRING),
                                TypeInformation.of(Tensor.class)),
                        TENSORS);

        assertThat(columns.columns())
                .extracting(column -> column.name() + " " + column.type())
                .containsExactly(
                        "id long",
                        "floats list<float>",
                        "names list<string>",
                        "scores list<float>");
    }

    @Test
    void tellAllFieldsThatNoColumnCanHold() {
        assertThatThrownBy(() -> RowColumns.of(TypeInformation.of(Wrong.class), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Invalid field 'thread': java.lang.Thread. It must be one of")
                .hasMessageContaining(
                        "Name the type of its elements by tensor(...): one of [int32, int64, float32, float64, bytes].")
                .hasMessageContaining("Invalid field 'things': java.util.List<java.lang.Object>.");
        assertThatThrownBy(() -> RowColumns.of(Types.STRING, Map.of()))
                .hasMessage(
                        "Invalid row type: java.lang.String. It must be a Java record, or a Row with named fields.");
    }

    @Test
    void valuesOfARecordArriveInTheTablesOrder() {
        RowData row =
                data(
                        TypeInformation.of(Everything.class),
                        new Everything(
                                "text",
                                true,
                                (short) 1,
                                2,
                                3,
                                4f,
                                5d,
                                new byte[] {6},
                                Instant.ofEpochSecond(7),
                                LocalDateTime.of(2026, 1, 2, 3, 4),
                                LocalDate.ofEpochDay(8),
                                TimeUnit.DAYS,
                                new float[] {9},
                                List.of("a", "b"),
                                Tensor.ofFloats(Shape.of(2, 1), 10, 11)));

        assertThat(row.getString(0).toString()).isEqualTo("text");
        assertThat(row.getBoolean(1)).isTrue();
        assertThat(row.getInt(2)).isEqualTo(1);
        assertThat(row.getInt(3)).isEqualTo(2);
        assertThat(row.getLong(4)).isEqualTo(3);
        assertThat(row.getFloat(5)).isEqualTo(4f);
        assertThat(row.getDouble(6)).isEqualTo(5d);
        assertThat(row.getBinary(7)).containsExactly(6);
        assertThat(row.getTimestamp(8, 6).toInstant()).isEqualTo(Instant.ofEpochSecond(7));
        assertThat(row.getTimestamp(9, 6).toLocalDateTime())
                .isEqualTo(LocalDateTime.of(2026, 1, 2, 3, 4));
        assertThat(row.getInt(10)).isEqualTo(8);
        assertThat(row.getString(11).toString()).isEqualTo("DAYS");
        assertThat(row.getArray(12).toFloatArray()).containsExactly(9);
        ArrayData names = row.getArray(13);
        assertThat(names.getString(1).toString()).isEqualTo("b");
        assertThat(row.getArray(14).toFloatArray()).containsExactly(10, 11);
    }

    @Test
    void namedAndPositionedRowsAreRead() {
        var type = Types.ROW_NAMED(new String[] {"id", "name"}, Types.LONG, Types.STRING);
        Row named = Row.withNames(RowKind.INSERT);
        named.setField("name", "n");
        named.setField("id", 1L);

        RowData fromNamed = data(type, named);
        RowData fromPositions = data(type, Row.of(1L, null));

        assertThat(fromNamed.getLong(0)).isEqualTo(1);
        assertThat(fromNamed.getString(1).toString()).isEqualTo("n");
        assertThat(fromPositions.getLong(0)).isEqualTo(1);
        assertThat(fromPositions.isNullAt(1)).isTrue();
    }

    private static <T> RowData data(TypeInformation<T> type, T row) {
        RowColumns columns = RowColumns.of(type, TENSORS);
        return new TableRows<T>(columns, FlinkSchemaUtil.convert(columns.schema())).map(row);
    }
}
