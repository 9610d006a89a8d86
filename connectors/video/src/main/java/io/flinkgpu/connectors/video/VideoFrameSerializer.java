package io.flinkgpu.connectors.video;

import io.flinkgpu.connectors.image.DecodedImageSerializer;
import io.flinkgpu.connectors.types.ValueSerializer;
import java.io.IOException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Serializer of {@link VideoFrame}.
 *
 * <p>Layout: number and timestamp (int64 each, big-endian), then the image by {@link
 * DecodedImageSerializer}.
 */
@Internal
public final class VideoFrameSerializer extends ValueSerializer<VideoFrame> {

    public static final VideoFrameSerializer INSTANCE = new VideoFrameSerializer();

    private static final DecodedImageSerializer IMAGES = DecodedImageSerializer.INSTANCE;

    @Override
    public VideoFrame createInstance() {
        return new VideoFrame(IMAGES.createInstance(), 0, 0);
    }

    @Override
    public VideoFrame copy(VideoFrame from) {
        return new VideoFrame(IMAGES.copy(from.image()), from.number(), from.timestampMicros());
    }

    @Override
    public void serialize(VideoFrame frame, DataOutputView target) throws IOException {
        target.writeLong(frame.number());
        target.writeLong(frame.timestampMicros());
        IMAGES.serialize(frame.image(), target);
    }

    @Override
    public VideoFrame deserialize(DataInputView source) throws IOException {
        long number = source.readLong();
        long timestampMicros = source.readLong();
        return new VideoFrame(IMAGES.deserialize(source), number, timestampMicros);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        copyBytes(2L * Long.BYTES, source, target);
        IMAGES.copy(source, target);
    }

    @Override
    public TypeSerializerSnapshot<VideoFrame> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Snapshot of the one layout there is; it carries no configuration. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<VideoFrame> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
