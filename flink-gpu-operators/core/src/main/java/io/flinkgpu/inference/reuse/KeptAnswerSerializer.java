package io.flinkgpu.inference.reuse;

import io.flinkgpu.inference.tensor.TensorBatchSerializer;
import java.io.IOException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Serialises a {@link KeptAnswer}: the version (modified UTF-8), then the outputs as {@link
 * TensorBatchSerializer} writes them.
 */
@Internal
public final class KeptAnswerSerializer extends TypeSerializerSingleton<KeptAnswer> {

    private static final long serialVersionUID = 1L;

    public static final KeptAnswerSerializer INSTANCE = new KeptAnswerSerializer();

    @Override
    public void serialize(KeptAnswer answer, DataOutputView target) throws IOException {
        target.writeUTF(answer.modelVersion());
        TensorBatchSerializer.INSTANCE.serialize(answer.outputs(), target);
    }

    @Override
    public KeptAnswer deserialize(DataInputView source) throws IOException {
        String modelVersion = source.readUTF();
        return new KeptAnswer(TensorBatchSerializer.INSTANCE.deserialize(source), modelVersion);
    }

    @Override
    public KeptAnswer deserialize(KeptAnswer reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        target.writeUTF(source.readUTF());
        TensorBatchSerializer.INSTANCE.copy(source, target);
    }

    /** The same: nobody changes it. */
    @Override
    public KeptAnswer copy(KeptAnswer from) {
        return from;
    }

    @Override
    public KeptAnswer copy(KeptAnswer from, KeptAnswer reuse) {
        return from;
    }

    @Override
    public KeptAnswer createInstance() {
        return new KeptAnswer(TensorBatchSerializer.INSTANCE.createInstance(), "");
    }

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public TypeSerializerSnapshot<KeptAnswer> snapshotConfiguration() {
        return new KeptAnswerSerializerSnapshot();
    }

    /** The format has had one version so far. */
    public static final class KeptAnswerSerializerSnapshot
            extends SimpleTypeSerializerSnapshot<KeptAnswer> {
        public KeptAnswerSerializerSnapshot() {
            super(() -> INSTANCE);
        }
    }
}
