package io.flinkgpu.job.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.kafka.KafkaPayload;
import io.flinkgpu.connectors.kafka.PayloadHeader;
import io.flinkgpu.job.element.RowsOrDeadLetters.Outcome;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowSchema;
import java.time.Instant;
import java.util.List;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;

class PayloadRowsTest {

    private static final PayloadRows JSON =
            new PayloadRows(
                    ValueFormat.JSON,
                    RowSchema.of(Field.of("id", FieldType.BIGINT)),
                    List.of(
                            PayloadField.key("key"),
                            PayloadField.header("camera", "x-camera"),
                            PayloadField.time("taken"),
                            PayloadField.position("place")));

    @Test
    void takesTheValueAndWhatStandsBesideIt() {
        assertThat(JSON.convert(payload("{\"id\": 3, \"other\": 1}")).row())
                .isEqualTo(
                        Row.of(3L, "cat", "north", Instant.ofEpochMilli(1_000), "images-3@1042"));
    }

    @Test
    void whatIsMissingIsNull() {
        KafkaPayload bare =
                new KafkaPayload("images", 0, 0, -1, null, "{}".getBytes(UTF_8), List.of());

        assertThat(JSON.convert(bare).row())
                .isEqualTo(Row.of(null, null, null, null, "images-0@0"));
    }

    @Test
    void aValueOfAnotherKindIsADeadLetter() {
        assertThat(JSON.convert(payload("[1]")).cause())
                .isEqualTo("The record's value is no JSON object.");
        assertThat(JSON.convert(payload("{\"id\": \"x\"}")).cause())
                .isEqualTo("Invalid field 'id': \"x\". It must be bigint.");
        assertThat(JSON.convert(payload("{\"id\":"))).extracting(Outcome::cause).isNotNull();
        assertThat(JSON.convert(payload("[".repeat(100_000))).cause()).contains("nesting depth");
        assertThat(JSON.convert(payload("no JSON")).row())
                .isEqualTo(Row.of("images-3@1042", "cat", "no JSON"));
        assertThat(JSON.convert(payload((byte[]) null)).cause())
                .isEqualTo("The record has no value.");
    }

    @Test
    void textAndBytesAreOneField() {
        byte[] noText = {(byte) 0xff, 0};

        assertThat(rows(ValueFormat.TEXT, FieldType.STRING).convert(payload("äh")).row())
                .isEqualTo(Row.of("äh"));
        assertThat(rows(ValueFormat.TEXT, FieldType.STRING).convert(payload(noText)).cause())
                .isEqualTo("The value is no UTF-8 text.");
        assertThat(rows(ValueFormat.BYTES, FieldType.BYTES).convert(payload(noText)).row())
                .isEqualTo(Row.of((Object) noText));
    }

    private static PayloadRows rows(ValueFormat format, FieldType type) {
        return new PayloadRows(format, RowSchema.of(Field.of("value", type)), List.of());
    }

    private static KafkaPayload payload(String value) {
        return payload(value.getBytes(UTF_8));
    }

    private static KafkaPayload payload(byte[] value) {
        return new KafkaPayload(
                "images",
                3,
                1042,
                1_000,
                "cat".getBytes(UTF_8),
                value,
                List.of(new PayloadHeader("x-camera", "north".getBytes(UTF_8))));
    }
}
