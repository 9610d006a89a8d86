package io.flinkgpu.inference.tensor;

import org.apache.flink.api.common.typeutils.SerializerTestBase;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** Flink's own contract of a serialiser. */
class TensorBatchSerializerTest extends SerializerTestBase<TensorBatch> {

    @Override
    protected TypeSerializer<TensorBatch> createSerializer() {
        return TensorBatchSerializer.INSTANCE;
    }

    @Override
    protected int getLength() {
        return -1;
    }

    @Override
    protected Class<TensorBatch> getTypeClass() {
        return TensorBatch.class;
    }

    @Override
    protected TensorBatch[] getTestData() {
        return SerializerSnapshotFiles.batches().toArray(TensorBatch[]::new);
    }
}
