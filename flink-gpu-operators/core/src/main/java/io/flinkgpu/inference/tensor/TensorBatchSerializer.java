package io.flinkgpu.inference.tensor;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Serialises a {@link TensorBatch}: the number of tensors (2 bytes), then each name (modified
 * UTF-8) with its tensor as {@link TensorSerializer} writes it.
 */
@Internal
public final class TensorBatchSerializer extends TypeSerializerSingleton<TensorBatch> {

    private static final long serialVersionUID = 1L;

    public static final TensorBatchSerializer INSTANCE = new TensorBatchSerializer();

    @Override
    public void serialize(TensorBatch batch, DataOutputView target) throws IOException {
        target.writeShort(batch.tensors().size());
        for (Map.Entry<String, Tensor> entry : batch.tensors().entrySet()) {
            target.writeUTF(entry.getKey());
            TensorSerializer.INSTANCE.serialize(entry.getValue(), target);
        }
    }

    @Override
    public TensorBatch deserialize(DataInputView source) throws IOException {
        int count = source.readShort();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            tensors.put(source.readUTF(), TensorSerializer.INSTANCE.deserialize(source));
        }
        return TensorBatch.of(tensors);
    }

    @Override
    public TensorBatch deserialize(TensorBatch reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        short count = source.readShort();
        target.writeShort(count);
        for (int i = 0; i < count; i++) {
            target.writeUTF(source.readUTF());
            TensorSerializer.INSTANCE.copy(source, target);
        }
    }

    @Override
    public TensorBatch copy(TensorBatch from) {
        Map<String, Tensor> copies = new LinkedHashMap<>();
        from.tensors()
                .forEach(
                        (name, tensor) -> copies.put(name, TensorSerializer.INSTANCE.copy(tensor)));
        return TensorBatch.of(copies);
    }

    @Override
    public TensorBatch copy(TensorBatch from, TensorBatch reuse) {
        return copy(from);
    }

    @Override
    public TensorBatch createInstance() {
        return TensorBatch.of("", TensorSerializer.INSTANCE.createInstance());
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public TypeSerializerSnapshot<TensorBatch> snapshotConfiguration() {
        return new TensorBatchSerializerSnapshot();
    }

    /** The format has had one version so far. */
    public static final class TensorBatchSerializerSnapshot
            extends SimpleTypeSerializerSnapshot<TensorBatch> {
        public TensorBatchSerializerSnapshot() {
            super(() -> INSTANCE);
        }
    }
}
