package io.flinkgpu.connectors.kafka;

import java.util.Arrays;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * One header of a record.
 *
 * @param value null if the header has none
 */
@PublicEvolving
// As in KafkaPayload.
@SuppressWarnings("ArrayRecordComponent")
public record PayloadHeader(String name, @Nullable byte[] value) {

    public PayloadHeader {
        Objects.requireNonNull(name, "name");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PayloadHeader that
                && name.equals(that.name)
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, Arrays.hashCode(value));
    }

    @Override
    public String toString() {
        return name + (value == null ? "" : ": " + value.length + " bytes");
    }
}
