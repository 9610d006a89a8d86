package io.flinkgpu.connectors.tar;

import io.flinkgpu.connectors.file.ReadFailures;
import io.flinkgpu.connectors.types.ValueSerializer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Serializer of {@link MediaSample}.
 *
 * <p>Layout: key, shard, index (int64), int32 members, each with its extension and its bytes (int32
 * length, bytes), and the failure as {@link ReadFailures} writes it.
 */
@Internal
public final class MediaSampleSerializer extends ValueSerializer<MediaSample> {

    public static final MediaSampleSerializer INSTANCE = new MediaSampleSerializer();

    private static final long serialVersionUID = 1L;

    @Override
    public MediaSample createInstance() {
        return new MediaSample("", Map.of(), "", 0, null);
    }

    @Override
    public MediaSample copy(MediaSample from) {
        Map<String, byte[]> members = new LinkedHashMap<>();
        from.members().forEach((extension, bytes) -> members.put(extension, bytes.clone()));
        return new MediaSample(from.key(), members, from.shard(), from.index(), from.failure());
    }

    @Override
    public void serialize(MediaSample sample, DataOutputView target) throws IOException {
        StringValue.writeString(sample.key(), target);
        StringValue.writeString(sample.shard(), target);
        target.writeLong(sample.index());
        target.writeInt(sample.members().size());
        for (Map.Entry<String, byte[]> member : sample.members().entrySet()) {
            StringValue.writeString(member.getKey(), target);
            writeBytes(member.getValue(), target);
        }
        ReadFailures.write(sample.failure(), target);
    }

    @Override
    public MediaSample deserialize(DataInputView source) throws IOException {
        String key = StringValue.readString(source);
        String shard = StringValue.readString(source);
        long index = source.readLong();
        int count = source.readInt();
        Map<String, byte[]> members = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            members.put(StringValue.readString(source), readBytes(source));
        }
        return new MediaSample(key, members, shard, index, ReadFailures.read(source));
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        StringValue.copyString(source, target);
        StringValue.copyString(source, target);
        target.writeLong(source.readLong());
        int count = source.readInt();
        target.writeInt(count);
        for (int i = 0; i < count; i++) {
            StringValue.copyString(source, target);
            int length = source.readInt();
            target.writeInt(length);
            copyBytes(length, source, target);
        }
        ReadFailures.copy(source, target);
    }

    @Override
    public TypeSerializerSnapshot<MediaSample> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Snapshot of the one layout there is; it carries no configuration. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<MediaSample> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
