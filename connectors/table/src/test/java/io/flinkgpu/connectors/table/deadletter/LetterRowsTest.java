package io.flinkgpu.connectors.table.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.text.TextLine;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.table.api.TableRuntimeException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.LogicalType;
import org.junit.jupiter.api.Test;

class LetterRowsTest {

    @Test
    void readsWhatTheLineSays() throws IOException {
        RowData row =
                row(
                        "{\"errorClass\":\"DATA\",\"attempts\":2,\"failedAt\":\"2026-03-01T12:00:00Z\",\"row\":{\"path\":\"a\"},\"id\":\"7\"}",
                        LetterField.ERROR_CLASS,
                        LetterField.ATTEMPTS,
                        LetterField.FAILED_AT,
                        LetterField.ROW,
                        LetterField.ID);

        assertThat(row.getString(0)).hasToString("DATA");
        assertThat(row.getInt(1)).isEqualTo(2);
        assertThat(row.getTimestamp(2, 3).toInstant()).hasToString("2026-03-01T12:00:00Z");
        assertThat(row.getString(3)).hasToString("{\"path\":\"a\"}");
        assertThat(row.getString(4)).hasToString("7");
    }

    @Test
    void keepsDigits() throws IOException {
        String numbers = "{\"a\": 12345678901234567890.120, \"b\":[-0.0,1e5]}";

        assertThat(
                        row(
                                        "{\"cause\":\"a\",\"row\":%s ,\"origin\":1.50}"
                                                .formatted(numbers),
                                        LetterField.ROW,
                                        LetterField.ORIGIN)
                                .toString())
                .isEqualTo("+I(%s,1.50)".formatted(numbers));
    }

    @Test
    void keepsDigitsOfLongLines() throws IOException {
        String numbers = "[%s]".formatted("0.10,".repeat(50_000) + "-7");

        RowData row =
                row(
                        "{\"cause\":\"%s\",\"row\":%s}".formatted("\\u00e4".repeat(9_000), numbers),
                        LetterField.ROW);

        assertThat(row.getString(0)).hasToString(numbers);
    }

    @Test
    void isNullWhereTheLineSaysNothing() throws IOException {
        RowData row =
                row(
                        "{\"redo\":null,\"arrivedAt\":\"soon\",\"attempts\":\"two\"}",
                        LetterField.CAUSE,
                        LetterField.REDO,
                        LetterField.ARRIVED_AT,
                        LetterField.ATTEMPTS);

        assertThat(row).extracting(RowData::getArity).isEqualTo(4);
        for (int i = 0; i < row.getArity(); i++) {
            assertThat(row.isNullAt(i)).isTrue();
        }
    }

    @Test
    void givesALetterWithoutIdAlwaysTheSameOne() throws IOException {
        RowData row = row("{\"cause\":\"a\"}", LetterField.ID);

        assertThat(row.getString(0))
                .hasToString(row("{\"cause\":\"a\"}", LetterField.ID).getString(0).toString());
        assertThat(row.getString(0).toString()).matches("[0-9a-f-]{36}");
    }

    @Test
    void failsForADamagedFile() {
        TextLine damaged =
                TextLine.unreadable("file:/a", 3, new ReadFailure("E", "Line 3 is no JSON."));

        assertThatThrownBy(() -> rows(LetterField.CAUSE).map(damaged))
                .isInstanceOf(TableRuntimeException.class)
                .hasMessage(
                        "Cannot go on: Line 3 is no JSON. The files of dead letters are damaged; move this one away.");
    }

    private static RowData row(String line, LetterField... columns) throws IOException {
        return rows(columns).map(TextLine.of("file:/a", 1, line));
    }

    private static LetterRows rows(LetterField... columns) {
        return new LetterRows(
                List.of(columns),
                InternalTypeInfo.ofFields(
                        Arrays.stream(columns)
                                .map(field -> field.kind().type().getLogicalType())
                                .toArray(LogicalType[]::new)));
    }
}
