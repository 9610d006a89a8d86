package io.flinkgpu.connectors.video;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.connectors.image.DecodedImage;
import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class VideoFrameSerializerTest {

    private static final VideoFrameSerializer SERIALIZER = VideoFrameSerializer.INSTANCE;

    private static final VideoFrame FRAME =
            new VideoFrame(
                    new DecodedImage(
                            "file:/\u00fc.mp4", 1, 2, 3, new float[] {0, 1, 0.5f, 0, 0, 1}),
                    7,
                    1L << 40);

    @Test
    void readsWhatItWrote() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        SERIALIZER.serialize(FRAME, out);

        DataOutputSerializer copied = new DataOutputSerializer(64);
        SERIALIZER.copy(new DataInputDeserializer(out.getCopyOfBuffer()), copied);

        assertThat(copied.getCopyOfBuffer()).isEqualTo(out.getCopyOfBuffer());
        assertThat(SERIALIZER.deserialize(new DataInputDeserializer(out.getCopyOfBuffer())))
                .isEqualTo(FRAME);
    }

    @Test
    void copiesPixels() {
        VideoFrame copy = SERIALIZER.copy(FRAME);

        assertThat(copy).isEqualTo(FRAME);
        assertThat(copy.image().pixels()).isNotSameAs(FRAME.image().pixels());
    }

    @Test
    void isFoundByFlinkWithoutGenericTypes() {
        SerializerConfigImpl noGenericTypes = new SerializerConfigImpl();
        noGenericTypes.setGenericTypes(false);

        assertThat(TypeInformation.of(VideoFrame.class).createSerializer(noGenericTypes))
                .isSameAs(SERIALIZER);
        assertThat(SERIALIZER.snapshotConfiguration().restoreSerializer()).isSameAs(SERIALIZER);
    }
}
