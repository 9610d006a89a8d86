package io.flinkgpu.connectors.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkgpu.connectors.file.FileContent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VideoDecoderTest {

    /** Of 255: what the encoders and the change between colour spaces cost. */
    private static final float TOLERANCE = 6 / 255f;

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"a.mp4", "a.mov", "a.avi", "a.mkv", "a.ts", "a.asf"})
    void decodesAndScalesEveryFrame(String name) throws Exception {
        List<VideoFrame> frames = decode(name, 20, VideoDecoding.of(6, 8, 3, FrameSelection.all()));

        assertThat(frames).hasSize(20);
        for (int i = 0; i < frames.size(); i++) {
            VideoFrame frame = frames.get(i);
            assertThat(frame.number()).isEqualTo(i);
            assertThat(frame.timestamp()).isEqualTo(Duration.ofMillis(100L * i));
            assertThat(frame.image().path()).isEqualTo("file:/" + name);
            assertThat(frame.image().pixels()).hasSize(6 * 8 * 3);
            assertThat(frame.image().pixels()[21])
                    .isCloseTo(i * TestVideo.STEP / 255f, within(TOLERANCE));
            assertThat(frame.image().pixels()[23])
                    .isCloseTo(TestVideo.BLUE / 255f, within(TOLERANCE));
        }
    }

    @Test
    void takesTheLuminance() throws Exception {
        List<VideoFrame> frames =
                decode("a.avi", 3, VideoDecoding.of(480, 640, 1, FrameSelection.all()));

        float expected = (0.886f * 2 * TestVideo.STEP + 0.114f * TestVideo.BLUE) / 255;
        assertThat(frames.get(2).image().pixels()).hasSize(480 * 640);
        assertThat(frames.get(2).image().pixels()[300_000]).isCloseTo(expected, within(TOLERANCE));
    }

    @Test
    void takesEveryNthFrame() throws Exception {
        assertThat(decode("a.mp4", 10, of(FrameSelection.everyNth(3))))
                .extracting(VideoFrame::number)
                .containsExactly(0L, 3L, 6L, 9L);
        assertThat(decode("a.mp4", 3, of(FrameSelection.everyNth(100))))
                .extracting(VideoFrame::number)
                .containsExactly(0L);
    }

    @Test
    void takesSoManyFramesASecond() throws Exception {
        assertThat(decode("a.mp4", 25, of(FrameSelection.perSecond(2))))
                .extracting(VideoFrame::number)
                .containsExactly(0L, 5L, 10L, 15L, 20L);
        assertThat(decode("a.mp4", 25, of(FrameSelection.perSecond(0.5))))
                .extracting(VideoFrame::number)
                .containsExactly(0L, 20L);
        assertThat(decode("a.mp4", 10, of(FrameSelection.perSecond(3))))
                .extracting(VideoFrame::number)
                .containsExactly(0L, 4L, 7L);
        assertThat(decode("a.mp4", 10, of(FrameSelection.perSecond(1000)))).hasSize(10);
    }

    @Test
    void leavesSoundOut() throws Exception {
        byte[] content = Files.readAllBytes(TestVideo.writeWithSound(folder.resolve("a.mp4"), 10));
        List<VideoFrame> frames = new ArrayList<>();

        new VideoDecoder(of(FrameSelection.all()))
                .decode(FileContent.of("file:/a.mp4", content), frames::add);

        assertThat(frames).hasSize(10);
    }

    /** An MP4 has its index at its end, so that it is read by seeking. */
    @Test
    void decodesAReferenceFromItsFile() throws Exception {
        Path file = TestVideo.write(folder.resolve("a.mp4"), 12);
        FileContent reference =
                FileContent.reference(file.toUri().toString(), "video/mp4", 1 << 20, 0);
        List<VideoFrame> frames = new ArrayList<>();

        new VideoDecoder(of(FrameSelection.all())).decode(reference, frames::add);

        assertThat(frames).hasSize(12);
    }

    @Test
    void ffmpegIsTheBuildOfTheLgpl() {
        assertThat(avutil.avutil_license().getString()).startsWith("LGPL");
    }

    private static VideoDecoding of(FrameSelection selection) {
        return VideoDecoding.of(6, 8, 3, selection);
    }

    private List<VideoFrame> decode(String name, int frames, VideoDecoding decoding)
            throws Exception {
        byte[] content = TestVideo.bytes(folder, name, frames);
        List<VideoFrame> decoded = new ArrayList<>();
        new VideoDecoder(decoding).decode(FileContent.of("file:/" + name, content), decoded::add);
        return decoded;
    }
}
