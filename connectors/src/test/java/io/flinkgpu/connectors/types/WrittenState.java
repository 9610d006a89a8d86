package io.flinkgpu.connectors.types;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshotSerializationUtil;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * State as an earlier version wrote it, committed under {@code src/test/resources/state}.
 *
 * <p>The files stay as they are: a version that cannot read them loses its users' state. Those of a
 * next version are written in the place of being read where a system property names a directory;
 * see the README there.
 */
public final class WrittenState {

    private static final String TARGET = "flinkgpu.state.write";

    private WrittenState() {}

    /**
     * Reads what version 1 wrote of a value.
     *
     * @param name of the file, without the version
     * @param value as it was then
     */
    public static <T> T ofVersion1(String name, SimpleVersionedSerializer<T> serializer, T value)
            throws IOException {
        byte[] written = file(name + "-v1", serializer.serialize(value));
        return serializer.deserialize(1, written);
    }

    /**
     * Reads the values of a file of version 1, with the serializer that its head names, and checks
     * that the one of today takes over from that.
     */
    public static <T> List<T> ofVersion1(String name, TypeSerializer<T> serializer, List<T> values)
            throws IOException {
        byte[] written = file(name + "-v1", snapshotAndValues(serializer, values));
        DataInputDeserializer source = new DataInputDeserializer(written);
        TypeSerializerSnapshot<T> snapshot =
                TypeSerializerSnapshotSerializationUtil.readSerializerSnapshot(
                        source, WrittenState.class.getClassLoader());
        TypeSerializerSchemaCompatibility<T> compatibility =
                serializer.snapshotConfiguration().resolveSchemaCompatibility(snapshot);
        assertThat(compatibility.isCompatibleAsIs() || compatibility.isCompatibleAfterMigration())
                .as("state of '%s' is readable", name)
                .isTrue();

        TypeSerializer<T> reader = snapshot.restoreSerializer();
        List<T> read = new ArrayList<>();
        while (source.available() > 0) {
            read.add(reader.deserialize(source));
        }
        return read;
    }

    private static <T> byte[] snapshotAndValues(TypeSerializer<T> serializer, List<T> values)
            throws IOException {
        DataOutputSerializer target = new DataOutputSerializer(256);
        TypeSerializerSnapshotSerializationUtil.writeSerializerSnapshot(
                target, serializer.snapshotConfiguration());
        for (T value : values) {
            serializer.serialize(value, target);
        }
        return target.getCopyOfBuffer();
    }

    private static byte[] file(String name, byte[] ofThisVersion) throws IOException {
        @Nullable String directory = System.getProperty(TARGET);
        if (directory != null) {
            Files.write(Path.of(directory, name), ofThisVersion);
            return ofThisVersion;
        }
        try (InputStream in = WrittenState.class.getResourceAsStream("/state/" + name)) {
            assertThat(in).as("state/" + name).isNotNull();
            return in.readAllBytes();
        }
    }
}
