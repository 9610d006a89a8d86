package io.flinkgpu.connectors.video;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;

/**
 * Videos that FFmpeg makes: 10 frames a second of 64 x 48 pixels; frame {@code i} is of one colour,
 * with {@code 10 i} of 255 of red and green, and 100 of blue.
 */
final class TestVideo {

    static final int WIDTH = 64;
    static final int HEIGHT = 48;
    static final int BLUE = 100;
    static final int STEP = 10;

    private TestVideo() {}

    /** Writes a video; the name's end says which container and encoder. */
    static Path write(Path file, int frames) throws IOException {
        return write(file, frames, 0);
    }

    /** The same with a tenth of a second of silence for each frame. */
    static Path writeWithSound(Path file, int frames) throws IOException {
        return write(file, frames, 1);
    }

    private static Path write(Path file, int frames, int audioChannels) throws IOException {
        boolean isAvi = file.toString().endsWith(".avi");
        try (FFmpegFrameRecorder recorder =
                new FFmpegFrameRecorder(file.toFile(), WIDTH, HEIGHT, audioChannels)) {
            recorder.setVideoCodec(isAvi ? avcodec.AV_CODEC_ID_MJPEG : avcodec.AV_CODEC_ID_MPEG4);
            recorder.setPixelFormat(isAvi ? avutil.AV_PIX_FMT_YUVJ444P : avutil.AV_PIX_FMT_YUV420P);
            recorder.setFrameRate(10);
            recorder.setVideoQuality(1);
            recorder.start();
            for (int i = 0; i < frames; i++) {
                recorder.record(frame(i * STEP));
                if (audioChannels > 0) {
                    recorder.recordSamples(ShortBuffer.allocate(recorder.getSampleRate() / 10));
                }
            }
            recorder.stop();
        }
        return file;
    }

    static byte[] bytes(Path folder, String name, int frames) throws IOException {
        return Files.readAllBytes(write(folder.resolve(name), frames));
    }

    private static Frame frame(int level) {
        Frame frame = new Frame(WIDTH, HEIGHT, Frame.DEPTH_UBYTE, 3);
        ByteBuffer blueGreenRed = (ByteBuffer) frame.image[0];
        for (int row = 0; row < HEIGHT; row++) {
            for (int column = 0; column < WIDTH; column++) {
                int at = row * frame.imageStride + column * 3;
                blueGreenRed
                        .put(at, (byte) BLUE)
                        .put(at + 1, (byte) level)
                        .put(at + 2, (byte) level);
            }
        }
        return frame;
    }
}
