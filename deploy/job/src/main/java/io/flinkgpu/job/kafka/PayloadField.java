package io.flinkgpu.job.kafka;

import io.flinkgpu.connectors.kafka.KafkaPayload;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import javax.annotation.Nullable;

/**
 * A field of a row that is made of what stands beside a record's value.
 *
 * @param name of the field
 */
record PayloadField(String name, FieldType type, Content content) implements Serializable {

    /** Takes it from a record. */
    @FunctionalInterface
    interface Content extends Serializable {
        @Nullable
        Object of(KafkaPayload payload);
    }

    /** The key as UTF-8 text. */
    static PayloadField key(String name) {
        return new PayloadField(
                name,
                FieldType.STRING,
                payload ->
                        payload.key() == null
                                ? null
                                : new String(payload.key(), StandardCharsets.UTF_8));
    }

    /** A header as UTF-8 text. */
    static PayloadField header(String name, String header) {
        return new PayloadField(
                name, FieldType.STRING, payload -> payload.header(header).orElse(null));
    }

    /** The record's timestamp. */
    static PayloadField time(String name) {
        return new PayloadField(
                name,
                FieldType.TIMESTAMP,
                payload ->
                        payload.timestampMillis() < 0
                                ? null
                                : Instant.ofEpochMilli(payload.timestampMillis()));
    }

    /** The record's place, such as {@code images-3@1042}. */
    static PayloadField position(String name) {
        return new PayloadField(name, FieldType.STRING, KafkaPayload::position);
    }

    Field field() {
        return Field.of(name, type);
    }
}
