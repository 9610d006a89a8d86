package io.flinkgpu.inference.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** Rows without elements are rows: from the encoder to the decoder. */
class EmptyAxesTest {

    private static final Shape NONE = Shape.of(0, 4);

    private final DirectBufferPool pool = new DirectBufferPool(1 << 20);

    @Test
    void packsRowsWithoutElements() throws Exception {
        TensorBatch batch = batch(3);

        assertThat(batch.rows()).isEqualTo(3);
        assertThat(batch.tensor("boxes").shape()).isEqualTo(Shape.of(3, 0, 4));
        assertThat(batch.tensor("tags").shape()).isEqualTo(Shape.of(3, 0));
        assertThat(batch.tensor("raw").shape()).isEqualTo(Shape.of(3, 0, 4));
        assertThat(batch.byteSize()).isEqualTo(3 * Long.BYTES);
        batch.close();
        assertThat(pool.borrowedBytes()).isZero();
    }

    @Test
    void givesEveryRowItsEmptyValues() throws Exception {
        TensorRow row = new TensorRow(batch(3)).moveTo(2);

        assertThat(row.floats("boxes")).isEmpty();
        assertThat(row.strings("tags")).isEmpty();
        assertThat(row.shape("boxes")).isEqualTo(NONE);
        assertThat(row.longs("id")).containsExactly(2);
    }

    @Test
    void slicesAndJoinsRowsWithoutElements() throws Exception {
        TensorBatch batch = batch(5);

        List<TensorBatch> parts = batch.split(List.of(1, 0, 4));

        assertThat(parts.get(2).rows()).isEqualTo(4);
        assertThat(TensorBatch.concatenate(parts, pool)).isEqualTo(batch);
    }

    @Test
    void serialisesRowsWithoutElements() throws Exception {
        TensorBatch batch = batch(2);
        DataOutputSerializer written = new DataOutputSerializer(64);
        TensorBatchSerializer.INSTANCE.serialize(batch, written);
        byte[] bytes = written.getCopyOfBuffer();
        DataOutputSerializer copied = new DataOutputSerializer(64);

        TensorBatchSerializer.INSTANCE.copy(new DataInputDeserializer(bytes), copied);

        assertThat(copied.getCopyOfBuffer()).isEqualTo(bytes);
        assertThat(TensorBatchSerializer.INSTANCE.deserialize(new DataInputDeserializer(bytes)))
                .isEqualTo(batch);
        assertThat(TensorBatchSerializer.INSTANCE.copy(batch)).isEqualTo(batch);
    }

    private TensorBatch batch(int rows) throws Exception {
        TensorBatchBuilder builder = new TensorBatchBuilder(pool, rows);
        for (int row = 0; row < rows; row++) {
            long id = row;
            boolean fits =
                    builder.tryAppend(
                            writer -> {
                                writer.floats("boxes", NONE);
                                writer.strings("tags");
                                writer.write("raw", DataType.UINT8, NONE, ByteBuffer.allocate(0));
                                writer.longs("id", Shape.scalar(), id);
                            });
            assertThat(fits).isTrue();
        }
        return builder.build();
    }
}
