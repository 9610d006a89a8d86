package io.flinkgpu.connectors.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.decode.DecodeBudget;
import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.ReadFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BadVideoTest {

    private static final VideoDecoding DECODING = VideoDecoding.of(6, 8, 3, FrameSelection.all());

    @TempDir private Path folder;

    @Test
    void refusesWhatWasNotRead() {
        assertRefused(
                DECODING,
                FileContent.unreadable("file:/a", ReadFailure.of(new IOException("gone"))),
                "the file was not read: gone");
        assertRefused(DECODING, FileContent.of("file:/a", new byte[0]), "the file is empty");
        assertRefused(
                DECODING,
                FileContent.reference("file:/none/a.mp4", "video/mp4", 1 << 20, 0),
                "there is no such file");
    }

    @Test
    void refusesWhatIsNoVideo() {
        assertRefused(
                DECODING,
                FileContent.of("file:/a", "I am no video".getBytes(StandardCharsets.UTF_8)),
                "it is no video that is decoded, or damaged");
        assertRefused(
                DECODING,
                FileContent.of("file:/a", new byte[10_000]),
                "it is no video that is decoded, or damaged (avformat_open_input() error -");
    }

    @Test
    void refusesSoundAlone() throws Exception {
        byte[] sound = Files.readAllBytes(Path.of("../src/test/resources/audio/tone.m4a"));

        assertRefused(
                DECODING,
                FileContent.of("file:/a", sound),
                "it is no video that is decoded, or damaged (Did not find a video or audio stream)");
    }

    /** A playlist would make FFmpeg open other files. */
    @Test
    void opensNoOtherFile() throws Exception {
        Path other = TestVideo.write(folder.resolve("other.mp4"), 5);
        String playlist =
                "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n%s\n#EXT-X-ENDLIST\n"
                        .formatted(other.toUri());
        String list = "ffconcat version 1.0\nfile '%s'\n".formatted(other);

        for (String text : new String[] {playlist, list}) {
            assertRefused(
                    DECODING,
                    FileContent.of("file:/a", text.getBytes(StandardCharsets.UTF_8)),
                    "it is no video that is decoded");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.mp4", "a.avi", "a.mkv"})
    void refusesCutFiles(String name) throws Exception {
        byte[] whole = TestVideo.bytes(folder, name, 20);
        for (double part : new double[] {0.99, 0.7, 0.3}) {
            byte[] cut = Arrays.copyOf(whole, (int) (whole.length * part));

            assertRefused(
                    DECODING,
                    FileContent.of("file:/a", cut),
                    "it is cut: it has %d of ".formatted(cut.length));
        }
    }

    /** Whatever happens to the bytes, the process lives on. */
    @ParameterizedTest
    @ValueSource(strings = {"a.mp4", "a.avi", "a.mkv"})
    void livesThroughDamage(String name) throws Exception {
        byte[] whole = TestVideo.bytes(folder, name, 10);
        for (int at = 0; at < whole.length; at += 37) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x55;
            try {
                new VideoDecoder(DECODING)
                        .decode(
                                FileContent.of("file:/a", damaged),
                                frame -> assertThat(frame.image().pixels()).hasSize(6 * 8 * 3));
            } catch (BadVideoException e) {
                assertThat(e.reason()).isNotEmpty();
            }
        }
    }

    /** Codecs count a border in, which is little for larger frames. */
    @Test
    void refusesWhatCostsTooMuch() throws Exception {
        FileContent video = FileContent.of("file:/a", TestVideo.bytes(folder, "a.mp4", 10));
        Duration minute = Duration.ofMinutes(1);

        assertRefused(
                DECODING.withLimits(new VideoLimits(64 * 48 - 1, 10, minute)),
                video,
                "none of its frames can be decoded, of up to 3071 pixels (maxPixels)");
        assertRefused(
                DECODING.withLimits(new VideoLimits(1 << 16, 9, minute)),
                video,
                "it has more than 9 frames (maxFrames)");
        new VideoDecoder(DECODING.withLimits(new VideoLimits(1 << 16, 10, minute)))
                .decode(video, frame -> {});
    }

    /** Each look at a clock lets two thirds of the time pass. */
    @Test
    void endsWhatTakesTooLong() throws Exception {
        FileContent video = FileContent.of("file:/a", TestVideo.bytes(folder, "a.mp4", 10));
        Duration limit = Duration.ofSeconds(1);
        AtomicLong clock = new AtomicLong();
        long step = limit.toNanos() * 2 / 3;
        VideoDecoding decoding = DECODING.withLimits(new VideoLimits(1 << 20, 100, limit));
        DecodeBudget budget =
                new DecodeBudget(limit, () -> clock.addAndGet(step), () -> clock.addAndGet(step));

        assertThatThrownBy(() -> new VideoDecoder(decoding, budget).decode(video, frame -> {}))
                .isInstanceOf(BadVideoException.class)
                .hasMessage(
                        "Cannot decode 'file:/a': decoding it takes more than PT1S of processor time (maxTime)");
    }

    @Test
    void refusesSettingsOutOfBounds() {
        assertInvalid(() -> FrameSelection.everyNth(0), "step: 0. It must be at least 1.");
        assertInvalid(() -> FrameSelection.perSecond(0), "perSecond: 0. It must be positive.");
        assertInvalid(() -> FrameSelection.perSecond(-1), "perSecond: -1.0. It must be positive.");
        assertInvalid(
                () -> VideoDecoding.of(0, 8, 3, FrameSelection.all()), "height and width: 0 x 8.");
        assertInvalid(
                () -> VideoDecoding.of(8, 8, 2, FrameSelection.all()),
                "channels: 2. It must be 1 (luminance) or 3 (RGB).");
        assertInvalid(
                () -> new VideoLimits(1, 0, Duration.ofSeconds(1)),
                "maxFrames: 0. It must be positive.");
    }

    private static void assertInvalid(Runnable construction, String what) {
        assertThatThrownBy(construction::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid " + what);
    }

    private static void assertRefused(VideoDecoding decoding, FileContent file, String reason) {
        assertThatThrownBy(() -> new VideoDecoder(decoding).decode(file, frame -> {}))
                .isInstanceOf(BadVideoException.class)
                .hasMessageStartingWith("Cannot decode '" + file.path() + "': ")
                .hasMessageContaining(reason);
    }
}
