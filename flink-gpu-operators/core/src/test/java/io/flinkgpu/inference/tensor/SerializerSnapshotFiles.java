package io.flinkgpu.inference.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshotSerializationUtil;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Writes what a job's savepoint holds of our serialisers: their snapshot, and values that they
 * wrote.
 *
 * <p>The files under {@code src/test/resources} are those of version 1 and stay for ever: a later
 * version that cannot read them loses its users' state. {@link #main} was run once for them and is
 * run again, under the next version's number, when a format changes:
 *
 * <pre>{@code
 * mvn -pl flink-gpu-operators/core test-compile exec:java -Dexec.classpathScope=test \
 *     -Dexec.mainClass=io.flinkgpu.inference.tensor.SerializerSnapshotFiles \
 *     -Dexec.args="2 flink-gpu-operators/core/src/test/resources"
 * }</pre>
 */
final class SerializerSnapshotFiles {

    static final String TENSOR = "tensor-serializer";
    static final String TENSOR_BATCH = "tensor-batch-serializer";

    private SerializerSnapshotFiles() {}

    public static void main(String[] arguments) throws IOException {
        int version = Integer.parseInt(arguments[0]);
        Path directory = Path.of(arguments[1]);
        write(directory, TENSOR, version, TensorSerializer.INSTANCE, tensors());
        write(directory, TENSOR_BATCH, version, TensorBatchSerializer.INSTANCE, batches());
    }

    static String snapshotFile(String name, int version) {
        return name + "-v" + version + "-snapshot";
    }

    static String dataFile(String name, int version) {
        return name + "-v" + version + "-data";
    }

    /** One tensor of each element type, a scalar, an empty one, and strings. */
    static List<Tensor> tensors() {
        List<Tensor> tensors = new ArrayList<>();
        for (DataType type : DataType.values()) {
            tensors.add(Tensor.zeros(type, Shape.of(2, 1)));
        }
        tensors.add(Tensor.ofFloats(Shape.scalar(), (float) Math.PI));
        tensors.add(Tensor.ofDoubles(Shape.of(0, 3)));
        tensors.add(Tensor.ofInts(Shape.of(2, 3), 1, -2, 3, Integer.MIN_VALUE, 5, 6));
        tensors.add(Tensor.ofLongs(Shape.of(1), Long.MAX_VALUE));
        tensors.add(Tensor.ofBooleans(Shape.of(2), true, false));
        tensors.add(Tensor.ofStrings(Shape.of(3), "", "größer", "日本"));
        return tensors;
    }

    static List<TensorBatch> batches() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("image", Tensor.ofFloats(Shape.of(2, 2), 0, 0.25f, 0.5f, 1));
        tensors.put("größe", Tensor.ofStrings(Shape.of(2), "small", "large"));
        return List.of(
                TensorBatch.of(tensors),
                TensorBatch.of(TensorRowWriter.ONLY_INPUT, Tensor.ofInts(Shape.of(0))));
    }

    private static <T> void write(
            Path directory, String name, int version, TypeSerializer<T> serializer, List<T> values)
            throws IOException {
        DataOutputSerializer snapshot = new DataOutputSerializer(256);
        TypeSerializerSnapshotSerializationUtil.writeSerializerSnapshot(
                snapshot, serializer.snapshotConfiguration());
        Files.write(directory.resolve(snapshotFile(name, version)), snapshot.getCopyOfBuffer());
        DataOutputSerializer data = new DataOutputSerializer(256);
        for (T value : values) {
            serializer.serialize(value, data);
        }
        Files.write(directory.resolve(dataFile(name, version)), data.getCopyOfBuffer());
    }
}
