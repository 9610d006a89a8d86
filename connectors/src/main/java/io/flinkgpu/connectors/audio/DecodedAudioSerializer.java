package io.flinkgpu.connectors.audio;

import io.flinkgpu.connectors.types.ValueSerializer;
import java.io.IOException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Serializer of {@link DecodedAudio}.
 *
 * <p>Layout: path, first frame (int64), sample rate, channels, number of values (int32 each), all
 * big-endian, then the samples as little-endian float32.
 */
@Internal
public final class DecodedAudioSerializer extends ValueSerializer<DecodedAudio> {

    public static final DecodedAudioSerializer INSTANCE = new DecodedAudioSerializer();

    @Override
    public DecodedAudio createInstance() {
        return new DecodedAudio("", 0, 1, 1, new float[0]);
    }

    @Override
    public DecodedAudio copy(DecodedAudio from) {
        return new DecodedAudio(
                from.path(),
                from.startFrame(),
                from.sampleRate(),
                from.channels(),
                from.samples().clone());
    }

    @Override
    public void serialize(DecodedAudio audio, DataOutputView target) throws IOException {
        StringValue.writeString(audio.path(), target);
        target.writeLong(audio.startFrame());
        target.writeInt(audio.sampleRate());
        target.writeInt(audio.channels());
        target.writeInt(audio.samples().length);
        writeFloats(audio.samples(), target);
    }

    @Override
    public DecodedAudio deserialize(DataInputView source) throws IOException {
        String path = StringValue.readString(source);
        long startFrame = source.readLong();
        int sampleRate = source.readInt();
        int channels = source.readInt();
        float[] samples = readFloats(source.readInt(), source);
        return new DecodedAudio(path, startFrame, sampleRate, channels, samples);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        StringValue.copyString(source, target);
        copyBytes(Long.BYTES + 2L * Integer.BYTES, source, target);
        int values = source.readInt();
        target.writeInt(values);
        copyBytes((long) values * Float.BYTES, source, target);
    }

    @Override
    public TypeSerializerSnapshot<DecodedAudio> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Snapshot of the one layout there is; it carries no configuration. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<DecodedAudio> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
