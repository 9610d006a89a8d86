package io.flinkgpu.table.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.LogicalType;
import org.junit.jupiter.api.Test;

class PrimaryKeyHashTest {

    private static final List<Column> COLUMNS =
            List.of(
                    Column.physical("value", DataTypes.INT()),
                    Column.physical("name", DataTypes.STRING().notNull()),
                    Column.physical("id", DataTypes.BIGINT().notNull()));

    private final PrimaryKeyHash hash = new PrimaryKeyHash(List.of("id", "name"), COLUMNS);

    @Test
    void rowsOfAKeyHaveOneHashHoweverTheyAreHeld() {
        RowData row = row(1, "a name of more than seven bytes", 7);
        RowData other = row(2, "a name of more than seven bytes", 7);

        assertThat(hash.getKey(other))
                .isEqualTo(hash.getKey(row))
                .isEqualTo(hash.getKey(binary(row)))
                .isEqualTo(hash.getKey(binary(other)));
    }

    @Test
    void keysAreSpread() {
        assertThat(
                        IntStream.range(0, 100)
                                .map(id -> hash.getKey(row(1, "a", id)))
                                .distinct()
                                .count())
                .isGreaterThan(90);
    }

    private static RowData row(int value, String name, long id) {
        return GenericRowData.of(value, StringData.fromString(name), id);
    }

    private static RowData binary(RowData row) {
        return new RowDataSerializer(
                        COLUMNS.stream()
                                .map(column -> column.getDataType().getLogicalType())
                                .toArray(LogicalType[]::new))
                .toBinaryRow(row);
    }
}
