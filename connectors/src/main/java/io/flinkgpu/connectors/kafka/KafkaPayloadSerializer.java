package io.flinkgpu.connectors.kafka;

import io.flinkgpu.connectors.types.ValueSerializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Serializer of {@link KafkaPayload}.
 *
 * <p>Layout: topic, partition (int32), offset (int64), timestamp (int64), key, value, number of
 * headers (int32), and of each name and value. A string is as in Flink's {@link StringValue}; bytes
 * are a length (int32, -1 for null) and themselves.
 */
@Internal
public final class KafkaPayloadSerializer extends ValueSerializer<KafkaPayload> {

    public static final KafkaPayloadSerializer INSTANCE = new KafkaPayloadSerializer();

    private static final int NULL = -1;
    private static final int FIXED_BYTES = Integer.BYTES + Long.BYTES + Long.BYTES;

    @Override
    public KafkaPayload createInstance() {
        return new KafkaPayload("", 0, 0, 0, null, null, List.of());
    }

    @Override
    public KafkaPayload copy(KafkaPayload from) {
        return new KafkaPayload(
                from.topic(),
                from.partition(),
                from.offset(),
                from.timestampMillis(),
                cloned(from.key()),
                cloned(from.value()),
                from.headers().stream()
                        .map(header -> new PayloadHeader(header.name(), cloned(header.value())))
                        .toList());
    }

    @Override
    public void serialize(KafkaPayload payload, DataOutputView target) throws IOException {
        StringValue.writeString(payload.topic(), target);
        target.writeInt(payload.partition());
        target.writeLong(payload.offset());
        target.writeLong(payload.timestampMillis());
        writeNullable(payload.key(), target);
        writeNullable(payload.value(), target);
        target.writeInt(payload.headers().size());
        for (PayloadHeader header : payload.headers()) {
            StringValue.writeString(header.name(), target);
            writeNullable(header.value(), target);
        }
    }

    @Override
    public KafkaPayload deserialize(DataInputView source) throws IOException {
        return new KafkaPayload(
                StringValue.readString(source),
                source.readInt(),
                source.readLong(),
                source.readLong(),
                readNullable(source),
                readNullable(source),
                readHeaders(source));
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        StringValue.copyString(source, target);
        copyBytes(FIXED_BYTES, source, target);
        copyNullable(source, target);
        copyNullable(source, target);
        int headers = source.readInt();
        target.writeInt(headers);
        for (int i = 0; i < headers; i++) {
            StringValue.copyString(source, target);
            copyNullable(source, target);
        }
    }

    @Override
    public TypeSerializerSnapshot<KafkaPayload> snapshotConfiguration() {
        return new Snapshot();
    }

    @Nullable
    private static byte[] cloned(@Nullable byte[] bytes) {
        return bytes == null ? null : bytes.clone();
    }

    private static void writeNullable(@Nullable byte[] bytes, DataOutputView target)
            throws IOException {
        if (bytes == null) {
            target.writeInt(NULL);
        } else {
            writeBytes(bytes, target);
        }
    }

    @Nullable
    private static byte[] readNullable(DataInputView source) throws IOException {
        int length = source.readInt();
        if (length == NULL) {
            return null;
        }
        byte[] bytes = new byte[length];
        source.readFully(bytes);
        return bytes;
    }

    private static void copyNullable(DataInputView source, DataOutputView target)
            throws IOException {
        int length = source.readInt();
        target.writeInt(length);
        if (length != NULL) {
            copyBytes(length, source, target);
        }
    }

    private static List<PayloadHeader> readHeaders(DataInputView source) throws IOException {
        int count = source.readInt();
        List<PayloadHeader> headers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            headers.add(new PayloadHeader(StringValue.readString(source), readNullable(source)));
        }
        return headers;
    }

    /** Snapshot of the one layout there is; it carries no configuration. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<KafkaPayload> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
