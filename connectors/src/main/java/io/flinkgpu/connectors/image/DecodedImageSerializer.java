package io.flinkgpu.connectors.image;

import io.flinkgpu.connectors.types.ValueSerializer;
import java.io.IOException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Serializer of {@link DecodedImage}.
 *
 * <p>Layout: path, height, width, channels (int32 each, big-endian), then the pixels as
 * little-endian float32. Pixels go in chunks of 64 KiB, each one bulk copy.
 */
@Internal
public final class DecodedImageSerializer extends ValueSerializer<DecodedImage> {

    public static final DecodedImageSerializer INSTANCE = new DecodedImageSerializer();

    @Override
    public DecodedImage createInstance() {
        return new DecodedImage("", 1, 1, 1, new float[1]);
    }

    @Override
    public DecodedImage copy(DecodedImage from) {
        return new DecodedImage(
                from.path(), from.height(), from.width(), from.channels(), from.pixels().clone());
    }

    @Override
    public void serialize(DecodedImage image, DataOutputView target) throws IOException {
        StringValue.writeString(image.path(), target);
        target.writeInt(image.height());
        target.writeInt(image.width());
        target.writeInt(image.channels());
        writeFloats(image.pixels(), target);
    }

    @Override
    public DecodedImage deserialize(DataInputView source) throws IOException {
        String path = StringValue.readString(source);
        int height = source.readInt();
        int width = source.readInt();
        int channels = source.readInt();
        float[] pixels = readFloats(Math.multiplyExact(height * width, channels), source);
        return new DecodedImage(path, height, width, channels, pixels);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        StringValue.copyString(source, target);
        int height = source.readInt();
        int width = source.readInt();
        int channels = source.readInt();
        target.writeInt(height);
        target.writeInt(width);
        target.writeInt(channels);
        copyBytes((long) height * width * channels * Float.BYTES, source, target);
    }

    @Override
    public TypeSerializerSnapshot<DecodedImage> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Snapshot of the one layout there is; it carries no configuration. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<DecodedImage> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
