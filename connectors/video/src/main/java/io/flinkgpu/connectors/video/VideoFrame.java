package io.flinkgpu.connectors.video;

import io.flinkgpu.connectors.image.DecodedImage;
import io.flinkgpu.inference.tensor.ValueTypeInfo;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * One frame of a video.
 *
 * @param image the scaled frame; its path is the video's
 * @param number of the frame in the video, from 0, with those that were left out
 * @param timestampMicros when it is shown, in microseconds by the clock of its file, which most
 *     begin at 0
 */
@TypeInfo(VideoFrame.InfoFactory.class)
@PublicEvolving
public record VideoFrame(DecodedImage image, long number, long timestampMicros) {

    /** The Flink type: bulk copies of the pixels, no reflection. */
    public static final TypeInformation<VideoFrame> TYPE =
            new ValueTypeInfo<>(VideoFrame.class, VideoFrameSerializer.INSTANCE);

    public VideoFrame {
        Objects.requireNonNull(image, "image");
    }

    /** When it is shown, from the start of the video. */
    public Duration timestamp() {
        return Duration.of(timestampMicros, ChronoUnit.MICROS);
    }

    /** Tells Flink the type above. */
    public static final class InfoFactory extends TypeInfoFactory<VideoFrame> {
        @Override
        public TypeInformation<VideoFrame> createTypeInfo(
                Type type, Map<String, TypeInformation<?>> genericParameters) {
            return TYPE;
        }
    }
}
