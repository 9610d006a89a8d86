package io.flinkgpu.connectors.video;

import java.io.InputStream;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;

/**
 * The frames of one video one after the other, by FFmpeg.
 *
 * <p>FFmpeg may open no other file and no address, whatever a file refers to, and reads no
 * playlists. It decodes in the thread that asks. Holds native memory until it is closed.
 */
final class VideoStream implements AutoCloseable {

    /** Containers of one file each, by FFmpeg's names. */
    private static final String FORMATS =
            "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,asf,ogg";

    /** Sound is not decoded, whatever its codec. */
    private static final int NO_STREAM = Integer.MAX_VALUE;

    // Of red, green and blue, ITU-R BT.601, as of images.
    private static final float RED = 0.299f / 255;
    private static final float GREEN = 0.587f / 255;
    private static final float BLUE = 0.114f / 255;

    static {
        avutil.av_log_set_level(avutil.AV_LOG_QUIET); // damage is told by exceptions
    }

    private final FFmpegFrameGrabber grabber;
    private final VideoDecoding decoding;
    private Frame frame;

    private VideoStream(FFmpegFrameGrabber grabber, VideoDecoding decoding) {
        this.grabber = grabber;
        this.decoding = decoding;
    }

    /**
     * Opens a video.
     *
     * @param in goes back to its start by {@code reset}; the caller closes it, after this
     * @throws FrameGrabber.Exception if it is none, or of a kind that is not decoded
     */
    static VideoStream open(InputStream in, VideoDecoding decoding) throws FrameGrabber.Exception {
        FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(in);
        grabber.setCloseInputStream(false);
        grabber.setOption("protocol_whitelist", "none");
        grabber.setOption("format_whitelist", FORMATS);
        grabber.setAudioStream(NO_STREAM);
        grabber.setVideoOption("threads", "1");
        grabber.setVideoOption("max_pixels", Long.toString(decoding.limits().maxPixels()));
        grabber.setPixelFormat(avutil.AV_PIX_FMT_RGB24);
        grabber.setImageWidth(decoding.width());
        grabber.setImageHeight(decoding.height());
        grabber.setImageScalingFlags(swscale.SWS_AREA);
        try {
            grabber.start(false); // to look for more would decode frames before the limit holds
        } catch (FrameGrabber.Exception e) {
            grabber.release();
            throw e;
        }
        return new VideoStream(grabber, decoding);
    }

    /**
     * Goes to the next frame; false behind the last one that can be decoded.
     *
     * @param isScaled whether its pixels may be asked for
     */
    boolean next(boolean isScaled) throws FrameGrabber.Exception {
        frame = grabber.grabFrame(false, true, isScaled, false);
        return frame != null;
    }

    /** When the frame is shown. */
    long timestampMicros() {
        return frame.timestamp;
    }

    /** Row-major {@code [height, width, channel]}, in {@code [0, 1]}. */
    float[] pixels() {
        ByteBuffer rgb = (ByteBuffer) frame.image[0];
        int width = decoding.width();
        float[] pixels = new float[decoding.height() * width * decoding.channels()];
        for (int row = 0, to = 0; row < decoding.height(); row++) {
            int from = row * frame.imageStride;
            for (int column = 0; column < width; column++, from += 3) {
                int red = rgb.get(from) & 0xff;
                int green = rgb.get(from + 1) & 0xff;
                int blue = rgb.get(from + 2) & 0xff;
                if (decoding.channels() == 1) {
                    pixels[to++] = red * RED + green * GREEN + blue * BLUE;
                } else {
                    pixels[to++] = red / 255f;
                    pixels[to++] = green / 255f;
                    pixels[to++] = blue / 255f;
                }
            }
        }
        return pixels;
    }

    @Override
    public void close() throws FrameGrabber.Exception {
        grabber.release();
    }
}
