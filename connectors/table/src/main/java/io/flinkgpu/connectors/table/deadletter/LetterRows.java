package io.flinkgpu.connectors.table.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.deadletter.DeadLetterLines;
import io.flinkgpu.connectors.source.RecordMapping;
import io.flinkgpu.connectors.text.TextLine;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.table.api.TableRuntimeException;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

/** Makes rows of the lines of dead letters; what a line does not say is NULL. */
record LetterRows(List<LetterField> columns, TypeInformation<RowData> type)
        implements RecordMapping<TextLine, RowData> {

    @Override
    public RowData map(TextLine line) throws IOException {
        if (line.failure() != null) {
            throw new TableRuntimeException(
                    "Cannot go on: %s The files of dead letters are damaged; move this one away."
                            .formatted(line.failure().cause()));
        }
        JsonNode letter = line.json();
        GenericRowData row = new GenericRowData(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            row.setField(i, value(columns.get(i), letter, line.text()));
        }
        return row;
    }

    @Nullable
    private static Object value(LetterField field, JsonNode letter, String line)
            throws IOException {
        if (field == LetterField.ID) {
            return StringData.fromString(DeadLetterLines.id(letter));
        }
        JsonNode value = letter.path(field.key());
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        return switch (field.kind()) {
            case TEXT, JSON ->
                    StringData.fromString(
                            value.isTextual()
                                    ? value.asText()
                                    : JsonTexts.field(line, field.key()));
            case NUMBER -> value.isNumber() ? value.intValue() : null;
            case TIME -> time(value.asText());
        };
    }

    @Nullable
    private static TimestampData time(String text) {
        try {
            return TimestampData.fromInstant(Instant.parse(text));
        } catch (DateTimeException noTime) {
            return null;
        }
    }
}
