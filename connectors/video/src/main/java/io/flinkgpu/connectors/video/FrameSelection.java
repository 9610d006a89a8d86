package io.flinkgpu.connectors.video;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Which frames of a video are taken; the first one always is.
 *
 * @param step each so many frames, if {@code perSecond} is 0
 * @param perSecond the most frames of a second of the video, or 0
 */
@PublicEvolving
public record FrameSelection(int step, double perSecond) implements Serializable {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the step is below 1, or the frames of a second are
     *     negative or no number
     */
    public FrameSelection {
        if (step < 1) {
            throw new IllegalArgumentException(
                    "Invalid step: %d. It must be at least 1.".formatted(step));
        }
        if (!(perSecond >= 0) || Double.isInfinite(perSecond)) {
            throw new IllegalArgumentException(
                    "Invalid perSecond: %s. It must be positive.".formatted(perSecond));
        }
    }

    /** Every frame. */
    public static FrameSelection all() {
        return everyNth(1);
    }

    /** Frames 0, n, 2n and so on. */
    public static FrameSelection everyNth(int n) {
        return new FrameSelection(n, 0);
    }

    /**
     * So many frames a second: of each part of {@code 1 / frames} seconds the first. A video with
     * fewer gives all.
     *
     * @throws IllegalArgumentException if the number is not positive
     */
    public static FrameSelection perSecond(double frames) {
        if (frames == 0) {
            throw new IllegalArgumentException("Invalid perSecond: 0. It must be positive.");
        }
        return new FrameSelection(1, frames);
    }

    /** Whether time decides, and not the number of a frame alone. */
    boolean isByTime() {
        return perSecond > 0;
    }

    /** The part of the video that a frame of this time is in, from 0. */
    long partOf(long timestampMicros) {
        // A frame of 1/3 s has 333333 us: half a microsecond more puts it where it belongs.
        return (long) Math.floor((timestampMicros + 0.5) * perSecond / 1e6);
    }
}
