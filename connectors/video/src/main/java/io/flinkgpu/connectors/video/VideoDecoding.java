package io.flinkgpu.connectors.video;

import java.io.Serializable;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What a {@link VideoDecoder} makes of a video.
 *
 * @param height to which frames are scaled, in pixels
 * @param width to which frames are scaled, in pixels
 * @param channels 1 for luminance, 3 for red, green and blue
 * @param frames which of them are taken
 * @param limits what one video may cost
 */
@PublicEvolving
public record VideoDecoding(
        int height, int width, int channels, FrameSelection frames, VideoLimits limits)
        implements Serializable {

    private static final int MAX_PIXELS = 1 << 26;

    /**
     * Checks the shape.
     *
     * @throws IllegalArgumentException if a size is below 1 or both are too large together, or the
     *     channels are not 1 or 3
     */
    public VideoDecoding {
        Objects.requireNonNull(frames, "frames");
        Objects.requireNonNull(limits, "limits");
        if (height < 1 || width < 1 || (long) height * width > MAX_PIXELS) {
            throw new IllegalArgumentException(
                    "Invalid height and width: %d x %d. Each must be at least 1, their product at most %d."
                            .formatted(height, width, MAX_PIXELS));
        }
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException(
                    "Invalid channels: %d. It must be 1 (luminance) or 3 (RGB)."
                            .formatted(channels));
        }
    }

    /** Frames of this size, within {@link VideoLimits#DEFAULT}. */
    public static VideoDecoding of(int height, int width, int channels, FrameSelection frames) {
        return new VideoDecoding(height, width, channels, frames, VideoLimits.DEFAULT);
    }

    /** The same with other limits. */
    public VideoDecoding withLimits(VideoLimits other) {
        return new VideoDecoding(height, width, channels, frames, other);
    }
}
