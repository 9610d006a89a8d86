package io.flinkgpu.connectors.types;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshotSerializationUtil;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** What every serializer of a value must do. */
public final class SerializerChecks {

    private SerializerChecks() {}

    public static <T> T roundTrip(TypeSerializer<T> serializer, T value) throws IOException {
        DataInputDeserializer source = new DataInputDeserializer(bytes(serializer, value));

        T read = serializer.deserialize(source);

        assertThat(source.available()).as("bytes left over").isZero();
        return read;
    }

    /** Copies the serialised form of two values in a row and reads both. */
    public static <T> T copyThroughViews(TypeSerializer<T> serializer, T value) throws IOException {
        DataOutputSerializer written = new DataOutputSerializer(16);
        serializer.serialize(value, written);
        serializer.serialize(value, written);
        DataInputDeserializer source = new DataInputDeserializer(written.getCopyOfBuffer());
        DataOutputSerializer target = new DataOutputSerializer(16);

        serializer.copy(source, target);
        serializer.copy(source, target);

        assertThat(target.getCopyOfBuffer()).isEqualTo(written.getCopyOfBuffer());
        return serializer.deserialize(new DataInputDeserializer(target.getCopyOfBuffer()));
    }

    /** Writes the serializer's snapshot as a checkpoint does and restores the serializer. */
    public static <T> TypeSerializer<T> restore(TypeSerializer<T> serializer) throws IOException {
        DataOutputSerializer written = new DataOutputSerializer(64);
        TypeSerializerSnapshotSerializationUtil.writeSerializerSnapshot(
                written, serializer.snapshotConfiguration());

        TypeSerializerSnapshot<T> snapshot =
                TypeSerializerSnapshotSerializationUtil.readSerializerSnapshot(
                        new DataInputDeserializer(written.getCopyOfBuffer()),
                        SerializerChecks.class.getClassLoader());

        assertThat(
                        serializer
                                .snapshotConfiguration()
                                .resolveSchemaCompatibility(snapshot)
                                .isCompatibleAsIs())
                .isTrue();
        return snapshot.restoreSerializer();
    }

    public static <T> byte[] bytes(TypeSerializer<T> serializer, T value) throws IOException {
        DataOutputSerializer target = new DataOutputSerializer(16);
        serializer.serialize(value, target);
        return target.getCopyOfBuffer();
    }
}
