package io.flinkgpu.inference.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.flink.api.common.typeutils.SerializerTestBase;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** Flink's own contract of a serialiser, and what is particular to ours. */
class TensorSerializerTest extends SerializerTestBase<Tensor> {

    private static final TensorSerializer SERIALIZER = TensorSerializer.INSTANCE;

    @Test
    void writesTypeShapeLengthAndContent() throws IOException {
        byte[] expected =
                ByteBuffer.allocate(1 + 1 + 8 + 8 + 4 + 8)
                        .put((byte) 7)
                        .put((byte) 2)
                        .putLong(1)
                        .putLong(2)
                        .putInt(8)
                        .put(new byte[] {1, 0, 0, 0, 2, 0, 0, 0})
                        .array();

        assertThat(bytes(Tensor.ofInts(Shape.of(1, 2), 1, 2))).isEqualTo(expected);
    }

    @Test
    void writesTensorsInDirectMemoryLargerThanAChunk() throws IOException {
        DirectBufferPool pool = new DirectBufferPool(1 << 20);
        int[] values = new int[50_000];
        Arrays.setAll(values, i -> i * 31);
        Tensor heap = Tensor.ofInts(Shape.of(50_000), values);
        Tensor direct = Tensor.copyOf(DataType.INT32, heap.shape(), heap.data(), pool);

        byte[] written = bytes(direct);

        assertThat(written).isEqualTo(bytes(heap));
        assertThat(SERIALIZER.deserialize(new DataInputDeserializer(written)).toInts())
                .isEqualTo(values);
    }

    @Test
    void writesASliceAlone() throws IOException {
        Tensor slice = Tensor.ofInts(Shape.of(3), 1, 2, 3).rows(1, 2);

        assertThat(SERIALIZER.deserialize(new DataInputDeserializer(bytes(slice))))
                .isEqualTo(Tensor.ofInts(Shape.of(1), 2));
    }

    @Test
    void copiesOutliveTheOriginalsMemory() {
        DirectBufferPool pool = new DirectBufferPool(1 << 20);
        Tensor pooled = Tensor.copyOf(DataType.INT32, Shape.of(1), ByteBuffer.allocate(4), pool);

        Tensor copy = SERIALIZER.copy(pooled);
        pooled.close();
        pool.acquire(4).buffer().putInt(0, 99);

        assertThat(copy.toInts()).containsExactly(0);
    }

    @Test
    void copiesBytesToATargetThatMustGrow() throws IOException {
        Tensor tensor = Tensor.zeros(DataType.UINT8, Shape.of(200_000));
        DataOutputSerializer copied = new DataOutputSerializer(1);

        SERIALIZER.copy(new DataInputDeserializer(bytes(tensor)), copied);

        assertThat(copied.getCopyOfBuffer()).isEqualTo(bytes(tensor));
    }

    @Test
    void takesAsManyAxesAsAByteCounts() throws IOException {
        long[] axes = new long[200];
        Arrays.fill(axes, 1);
        Tensor tensor = Tensor.ofInts(Shape.of(axes), 7);
        DataOutputSerializer copied = new DataOutputSerializer(64);

        byte[] written = bytes(tensor);
        SERIALIZER.copy(new DataInputDeserializer(written), copied);

        assertThat(SERIALIZER.deserialize(new DataInputDeserializer(copied.getCopyOfBuffer())))
                .isEqualTo(tensor);
    }

    @Override
    protected TypeSerializer<Tensor> createSerializer() {
        return SERIALIZER;
    }

    @Override
    protected int getLength() {
        return -1;
    }

    @Override
    protected Class<Tensor> getTypeClass() {
        return Tensor.class;
    }

    @Override
    protected Tensor[] getTestData() {
        return SerializerSnapshotFiles.tensors().toArray(Tensor[]::new);
    }

    private static byte[] bytes(Tensor tensor) throws IOException {
        DataOutputSerializer target = new DataOutputSerializer(64);
        SERIALIZER.serialize(tensor, target);
        return target.getCopyOfBuffer();
    }
}
