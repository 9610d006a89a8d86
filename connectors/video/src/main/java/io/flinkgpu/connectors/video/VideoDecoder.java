package io.flinkgpu.connectors.video;

import io.flinkgpu.connectors.decode.DecodeBudget;
import io.flinkgpu.connectors.decode.DecodeBudgetException;
import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.image.DecodedImage;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.core.fs.Path;
import org.bytedeco.javacv.FrameGrabber;

/**
 * Decodes video files to frames of one size: MP4 and QuickTime, Matroska and WebM, AVI, MPEG-TS,
 * ASF and OGG, with whatever FFmpeg decodes in them.
 *
 * <p>A file that was read is decoded from memory, and a reference to a file from its file system,
 * without being read whole. One frame is held at a time. Not thread-safe.
 */
@PublicEvolving
public final class VideoDecoder {

    private final VideoDecoding decoding;
    private final DecodeBudget budget;

    public VideoDecoder(VideoDecoding decoding) {
        this(
                Objects.requireNonNull(decoding, "decoding"),
                DecodeBudget.ofThread(decoding.limits().maxTime()));
    }

    VideoDecoder(VideoDecoding decoding, DecodeBudget budget) {
        this.decoding = decoding;
        this.budget = budget;
    }

    /**
     * Decodes one file.
     *
     * @param frames takes each frame that is selected, in their order; before an exception as well
     * @throws BadVideoException if the file was not read, is empty, missing, cut, damaged, no
     *     video, without a frame that is decoded, or costs more than allowed
     * @throws IOException if the file system fails to give a file that is referred to
     */
    public void decode(FileContent file, Consumer<VideoFrame> frames)
            throws BadVideoException, IOException {
        if (file.failure() != null) {
            throw bad(file, "the file was not read: " + file.failure().cause());
        }
        if (file.isReference()) {
            decodeReference(file, frames);
        } else if (file.content().length == 0) {
            throw bad(file, "the file is empty (0 bytes)");
        } else {
            ByteArrayInputStream content = new ByteArrayInputStream(file.content());
            decode(file, content, file.content().length, frames);
        }
    }

    private void decodeReference(FileContent file, Consumer<VideoFrame> frames)
            throws BadVideoException, IOException {
        try (SeekableFile content = SeekableFile.open(new Path(file.path()))) {
            try {
                decode(file, content, content.length(), frames);
            } catch (BadVideoException e) {
                content.requireWorked();
                throw e;
            }
            content.requireWorked();
        } catch (FileNotFoundException e) {
            throw new BadVideoException(file.path(), "there is no such file", e);
        }
    }

    private void decode(
            FileContent file, InputStream content, long length, Consumer<VideoFrame> frames)
            throws BadVideoException, IOException {
        if (ContainerLength.of(content) > length) {
            throw bad(
                    file,
                    "it is cut: it has %d of %d bytes"
                            .formatted(length, ContainerLength.of(content)));
        }
        budget.start();
        try (VideoStream stream = VideoStream.open(content, decoding)) {
            if (decode(file, stream, frames) == 0) {
                throw bad(
                        file,
                        "none of its frames can be decoded, of up to %d pixels (maxPixels)"
                                .formatted(decoding.limits().maxPixels()));
            }
        } catch (FrameGrabber.Exception e) {
            throw new BadVideoException(
                    file.path(),
                    "it is no video that is decoded, or damaged (%s)".formatted(cause(e)),
                    e);
        } catch (DecodeBudgetException e) {
            throw new BadVideoException(
                    file.path(),
                    "decoding it takes more than %s of processor time (maxTime)"
                            .formatted(decoding.limits().maxTime()),
                    e);
        }
    }

    /** How many frames there are, those included that are left out. */
    private long decode(FileContent file, VideoStream stream, Consumer<VideoFrame> frames)
            throws BadVideoException, FrameGrabber.Exception, DecodeBudgetException {
        FrameSelection selection = decoding.frames();
        long next = 0; // the part of the video, or the frame, that is taken next
        long number = 0;
        while (stream.next(selection.isByTime() || number == next)) {
            budget.check();
            if (number == decoding.limits().maxFrames()) {
                throw bad(file, "it has more than %d frames (maxFrames)".formatted(number));
            }
            long place = selection.isByTime() ? selection.partOf(stream.timestampMicros()) : number;
            if (number == 0 || place >= next) {
                frames.accept(frame(file, stream, number));
                next = place + selection.step();
            }
            number++;
        }
        return number;
    }

    private VideoFrame frame(FileContent file, VideoStream stream, long number) {
        return new VideoFrame(
                new DecodedImage(
                        file.path(),
                        decoding.height(),
                        decoding.width(),
                        decoding.channels(),
                        stream.pixels()),
                number,
                stream.timestampMicros());
    }

    /** What FFmpeg says, without JavaCV's name of the stream and its advice for programs. */
    private static String cause(FrameGrabber.Exception error) {
        return String.valueOf(error.getMessage())
                .replaceFirst(" inside \".*|: Could not open input .*", "");
    }

    private static BadVideoException bad(FileContent file, String reason) {
        return new BadVideoException(file.path(), reason, null);
    }
}
