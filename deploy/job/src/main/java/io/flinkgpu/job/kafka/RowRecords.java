package io.flinkgpu.job.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.connectors.kafka.KafkaRecordEncoder;
import io.flinkgpu.connectors.kafka.KafkaRecordFields;
import io.flinkgpu.job.row.RowJson;
import java.time.Instant;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.flink.types.Row;

/**
 * Makes records of rows.
 *
 * @param json writes the value; null where {@code value} does
 * @param value the field that is the value; null where {@code json} writes it
 * @param key null: records have none
 * @param headers by their names; one whose field is null is left out
 * @param time place of the field that is the record's timestamp; -1: the row's event time in Flink
 * @param contentType null: records do not say
 */
record RowRecords(
        @Nullable RowJson json,
        @Nullable FieldBytes value,
        @Nullable FieldBytes key,
        Map<String, FieldBytes> headers,
        int time,
        @Nullable String contentType)
        implements KafkaRecordEncoder<Row> {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Override
    public void encode(Row row, KafkaRecordFields fields) throws JsonProcessingException {
        fields.value(value == null ? MAPPER.writeValueAsBytes(json.write(row)) : value.of(row));
        if (contentType != null) {
            fields.contentType(contentType);
        }
        if (key != null) {
            fields.key(key.of(row));
        }
        for (Map.Entry<String, FieldBytes> header : headers.entrySet()) {
            byte[] bytes = header.getValue().of(row);
            if (bytes != null) {
                fields.header(header.getKey(), bytes);
            }
        }
        if (time >= 0 && row.getField(time) instanceof Instant instant) {
            fields.eventTime(instant.toEpochMilli());
        }
    }
}
