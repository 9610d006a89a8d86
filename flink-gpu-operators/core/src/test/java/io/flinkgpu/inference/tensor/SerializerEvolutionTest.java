package io.flinkgpu.inference.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshotSerializationUtil;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** State that an earlier version wrote, as committed under {@code src/test/resources}. */
class SerializerEvolutionTest {

    @ParameterizedTest
    @ValueSource(ints = 1)
    void readsTensorsOfVersion(int version) throws IOException {
        assertReads(
                SerializerSnapshotFiles.TENSOR,
                version,
                TensorSerializer.INSTANCE,
                SerializerSnapshotFiles.tensors());
    }

    @ParameterizedTest
    @ValueSource(ints = 1)
    void readsBatchesOfVersion(int version) throws IOException {
        assertReads(
                SerializerSnapshotFiles.TENSOR_BATCH,
                version,
                TensorBatchSerializer.INSTANCE,
                SerializerSnapshotFiles.batches());
    }

    private static <T> void assertReads(
            String name, int version, TypeSerializer<T> serializer, List<T> expected)
            throws IOException {
        TypeSerializerSnapshot<T> written =
                TypeSerializerSnapshotSerializationUtil.readSerializerSnapshot(
                        resource(SerializerSnapshotFiles.snapshotFile(name, version)),
                        SerializerEvolutionTest.class.getClassLoader());
        TypeSerializerSchemaCompatibility<T> compatibility =
                serializer.snapshotConfiguration().resolveSchemaCompatibility(written);
        assertThat(compatibility.isCompatibleAsIs() || compatibility.isCompatibleAfterMigration())
                .as("state of version %d is readable", version)
                .isTrue();

        DataInputDeserializer data = resource(SerializerSnapshotFiles.dataFile(name, version));
        TypeSerializer<T> reader = written.restoreSerializer();
        List<T> values = new ArrayList<>();
        while (data.available() > 0) {
            values.add(reader.deserialize(data));
        }
        assertThat(values).isEqualTo(expected);
    }

    private static DataInputDeserializer resource(String name) throws IOException {
        try (InputStream in =
                SerializerEvolutionTest.class.getClassLoader().getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return new DataInputDeserializer(in.readAllBytes());
        }
    }
}
